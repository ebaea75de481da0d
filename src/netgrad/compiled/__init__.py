"""Loops in machine code, made by numba, beside what they replace: the same numbers in less time.

A module of loops has functions over addresses and sizes, marked by `loop.loop`, and imports numba. It is never imported
where its loops are used: `build` does it, in a process of its own, and leaves their machine code in a file (`files`).
`ready.loops` takes that file with llvmlite alone, a quarter of the time of importing numba, and calls go by ctypes,
without the interpreter's lock:

    found = ready.loops("units")     # None until they are there; the first time they are being made from now on
    if found is not None:
        found.sigmoid(z, a, z.size)  # arrays that are in one piece of memory, bytes, integers, floats

What replaces is a twin of what is replaced, bit for bit, so that no result depends on whether or when it is there.
"""
