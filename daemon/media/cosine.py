"""The discrete cosine transform, in the reference's order of operations and with its constants.

Facts: `stash.md` §1.7; algorithm: Byeong Gi Lee, 1984.  For ordinary video any transform in
double precision gives the same bits.  In plain and symmetric pictures, however, many
coefficients are nothing but rounding errors around the median, and then the last bit of each
constant decides: Go's cosines differ from the C library's in 21 of these 63.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# 2 * cos((i + 0.5) * pi / N) as Go computes it, for N = 2, 4, ... 64.
_COSINES: dict[int, tuple[float, ...]] = {
    2: (1.4142135623730951,),
    4: (1.8477590650225735, 0.7653668647301797),
    8: (1.9615705608064609, 1.6629392246050907, 1.1111404660392046, 0.3901806440322566),
    16: (
        1.9903694533443936,
        1.9138806714644176,
        1.76384252869671,
        1.546020906725474,
        1.2687865683272912,
        0.9427934736519956,
        0.5805693545089246,
        0.19603428065912154,
    ),
    32: (
        1.9975909124103448,
        1.978353019929562,
        1.9400625063890882,
        1.8830881303660416,
        1.8079785862468867,
        1.7154572200005442,
        1.6064150629612899,
        1.4819022507099182,
        1.3431179096940369,
        1.191398608984867,
        1.0282054883864435,
        0.8551101868605644,
        0.6737797067844401,
        0.48596035980652796,
        0.2934609489107235,
        0.09813534865483627,
    ),
    64: (
        1.9993976373924083,
        1.9945809133573804,
        1.9849590691974202,
        1.9705552847778824,
        1.9514042600770571,
        1.9275521315908797,
        1.8990563611860733,
        1.8659855976694777,
        1.8284195114070614,
        1.7864486023910306,
        1.7401739822174227,
        1.6897071304994142,
        1.6351696263031674,
        1.5766928552532127,
        1.5144176930129691,
        1.448494165902934,
        1.3790810894741339,
        1.3063456859075537,
        1.2304631811612539,
        1.151616382835691,
        1.0699952397741948,
        0.9857963844595683,
        0.8992226593092132,
        0.8104826280099796,
        0.7197900730699766,
        0.627363480797783,
        0.5334255149497968,
        0.43820248031373954,
        0.3419237775206027,
        0.24482135039843256,
        0.1471291271993349,
        0.049082457045824535,
    ),
}


def cosine_transform(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the unscaled DCT-II along the first axis, whose length is a power of two to 64."""
    count = len(samples)
    if count == 1:
        return samples

    half = count // 2
    front, back = samples[:half], samples[: half - 1 : -1]
    divisors = np.array(_COSINES[count]).reshape(half, *(1,) * (samples.ndim - 1))
    even = cosine_transform(front + back)
    odd = cosine_transform((front - back) / divisors)
    return _interleaved(even, odd)


def _interleaved(even: NDArray[np.float64], odd: NDArray[np.float64]) -> NDArray[np.float64]:
    transformed = np.empty((2 * len(even), *even.shape[1:]))
    transformed[0::2] = even
    transformed[1:-1:2] = odd[:-1] + odd[1:]
    transformed[-1] = odd[-1]
    return transformed
