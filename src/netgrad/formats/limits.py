"""Limits of what is read of a saved network: the one place where they stand.

A limit is far above what networks need, and low enough that no file takes more than seconds or some 200 MiB that
holds no weights for them.
"""

from netgrad.errors import NetworkError

# Archives.
MEMBERS = 10_000
DIRECTORY = 4 << 20  # bytes of the central directory
LIMIT = 2 << 30  # bytes of a file, of an array, or of all arrays of a file together
# A bomb is what becomes more than HARMLESS bytes, and more than RATIO times the size of its file.
HARMLESS, RATIO = 32 << 20, 200

TEXT = 256 << 20  # bytes of a text: YAML, JSON
PIPE = 256 << 20  # bytes that are taken from a pipe
HEAD = 64 << 10  # bytes that tell what a file is
NPY_HEADER = 4096  # bytes; a plain array's has 118
SAFETENSORS_HEADER = 4 << 20  # bytes; some 100 are of each tensor
TENSORS = 10_000  # arrays of a file
NESTING = 32  # brackets in brackets of a header
# Pickles of PyTorch, which hold no weights but say where they are.
PICKLE = 16 << 20  # bytes
PICKLE_STEPS = 400_000  # opcodes, and numbers of the memo; a tensor takes about 40
PICKLE_STACK = 100_000  # values on the stack; entries of a dict come in batches of 1000
PICKLE_MARKS = 1000
PICKLE_NESTING = 100  # containers in one another
PICKLE_INTEGER = 32  # bytes of an integer
CHECKPOINT_NESTING = 4  # dicts in one another, where a state_dict is looked for
GRAPH = 4 << 20  # bytes of the JSON of a torch.export file, which takes some 20 times as much when it is read
AXES = 8  # of a tensor
BROADCAST = 1 << 20  # entries of a tensor that repeats those of a smaller storage
NEURONS = 1 << 20  # of a FANN file, or of a layer of .nnet
MADE_UP = 4096  # neurons of a layer that is made up for a second activation
OPERATIONS = 100  # of a graph, between two affine layers
MODELS = 20  # models, or estimators, in one another
# HDF5, and Keras in it.
HDF5_OBJECTS, HDF5_NESTING = 20_000, 40
LAYERS = 10_000
PLAIN_JSON = 32 << 20  # bytes of a configuration; the weights are elsewhere, or at least mostly
# ONNX.
FIELDS = 2_000_000  # of one message
NODES = 100_000
CONSTANTS = 1 << 20  # entries of what constants are joined to
# MATLAB, MessagePack and skops: values in one another, and their number.
MAT_NESTING, MAT_CELLS = 30, 10_000
MSGPACK_NESTING, MSGPACK_ITEMS = 40, 200_000
SKOPS_NESTING, SKOPS_NODES = 60, 200_000
# XML, and PMML in it.
ELEMENTS = 5_000_000
XML_NESTING, XML_TEXT = 64, 1 << 20  # characters of one element
PMML_NESTING = 32  # expressions in one another
PMML_WORK = 1 << 28  # neurons of a layer times those before it
SEARCHED = 20_000  # steps in the search for the order of the layers


class Budget:
    """Memory, in bytes of float64, that the arrays of a file of `size` bytes may take together."""

    def __init__(self, size: int) -> None:
        self._left = min(max(HARMLESS, RATIO * size), LIMIT)

    def take(self, entries: int, itemsize: int = 8) -> None:
        """Account for an array.

        Raises
        ------
        NetworkError
            The file is a bomb.
        """
        self._left -= entries * itemsize
        if self._left < 0:
            raise NetworkError("its arrays take far more memory than the file has bytes: a bomb, not weights")
