"""Life as a service: its manager, its watchdog, its unit files."""
