"""What a media file is: fingerprints and facts, computed in worker processes.

The daemon itself may import only `child`, `errors`, `examination`, `grid`, `picture_errors`,
`picture_examination`, `pool` and `wire`; everything else loads PyAV, numpy or MediaInfo and
belongs into a worker.
"""
