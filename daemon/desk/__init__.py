"""The front desk: what a person can ask and decide, the same for command line and pages."""
