"""What a media file is: fingerprints and facts, computed in worker processes.

Only `examination`, `errors`, `grid`, `pool` and `wire` may be imported by the daemon itself;
everything else loads PyAV, numpy or MediaInfo and belongs into a worker.
"""
