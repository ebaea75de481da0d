"""Files that call themselves PyTorch's and mean harm, opcode by opcode: name -> (bytes, part of the message)."""

import io
import json
import pickle
import struct
import zipfile

OS = b"cposix\nsystem\n"
TOUCH = b"X\x11\x00\x00\x00touch SENTINELxyz"
DICT, TUPLE, LIST = b"}", b")", b"]"
STORAGE = b"ctorch\nFloatStorage\n"
REBUILD = b"ctorch._utils\n_rebuild_tensor_v2\n"
DATA = struct.pack("<12f", *range(12))


def text(value):
    raw = value.encode("utf-8", "surrogatepass")
    return b"X" + struct.pack("<I", len(raw)) + raw


def number(value):
    raw = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(raw)]) + raw


def numbers(*values):
    return b"(" + b"".join(map(number, values)) + b"t"


def storage(key="0", entries=12, kind=STORAGE, device="cpu"):
    return b"(" + text("storage") + kind + text(key) + text(device) + number(entries) + b"tQ"


def tensor(offset=0, shape=(4, 3), stride=(3, 1), **more):
    hooks = b"\x89ccollections\nOrderedDict\n)R"
    return REBUILD + b"(" + storage(**more) + number(offset) + numbers(*shape) + numbers(*stride) + hooks + b"tR"


def state(value, key="0.weight", beside=b""):
    return b"\x80\x02}(" + text(key) + value + beside + b"u."


def archive(pickled, members=None, order=b"little", method=zipfile.ZIP_STORED):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as file:
        file.writestr("net/data.pkl", pickled)
        file.writestr("net/byteorder", order)
        for name, data in (members or {"net/data/0": DATA}).items():
            file.writestr(name, data)
    return content.getvalue()


GOOD = state(tensor())


def beside(value):
    """A sound network, and `value` beside it."""
    return archive(state(tensor(), beside=text("more") + value))


def legacy(root=b"", magic=0x1950A86A20F9469CFC6C, version=1001, keys=None, data=None):
    keys = ["0"] if keys is None else keys
    parts = [pickle.dumps(value, 2) for value in (magic, version, {"little_endian": True})]
    data = struct.pack("<q", 12) + DATA if data is None else data
    old = root or state(tensor())
    old = old.replace(b"tQ", b"NtQ") if b"storage" in old else old
    return b"".join(parts) + old + pickle.dumps(keys, 2) + data


def calls():
    """Code that would be run by pickle's rules."""
    yield "system", beside(OS + b"(" + TOUCH + b"tR"), "posix.system"
    yield "os.system", beside(b"cos\nsystem\n(" + TOUCH + b"tR"), "os.system"
    yield (
        "stack_global",
        archive(state(tensor(), beside=text("m") + text("os") + text("system") + b"\x93")),
        "os.system",
    )
    yield "eval", beside(b"c__builtin__\neval\n(" + text("1") + b"tR"), "builtins.eval"
    yield "builtins", beside(b"cbuiltins\nexec\n(" + text("1") + b"tR"), "builtins.exec"
    yield "getattr", beside(b"cbuiltins\ngetattr\n(" + text("1") + text("a") + b"tR"), "builtins.getattr"
    yield "import", beside(b"cbuiltins\n__import__\n(" + text("os") + b"tR"), "builtins.__import__"
    yield "dotted", beside(text("torch") + text("os.system") + b"\x93"), "torch.os.system"
    yield "dotted_data", beside(text("collections") + text("abc.sys.modules") + b"\x93"), "collections.abc"
    yield "subprocess", beside(b"csubprocess\nPopen\n(" + text("true") + b"tR"), "subprocess.Popen"
    yield "importlib", beside(b"cimportlib\nimport_module\n(" + text("antigravity") + b"tR"), "importlib"
    yield "runpy", beside(b"crunpy\n_run_code\n"), "runpy._run_code"
    yield "marshal", beside(b"cmarshal\nloads\n"), "marshal.loads"
    yield "code", beside(b"ctypes\nFunctionType\n"), "types.FunctionType"
    yield "hub", beside(b"ctorch.hub\nload\n(" + text("a/b") + b"tR"), "torch.hub.load"
    yield "torch.load", beside(b"ctorch\nload\n(" + text("x") + b"tR"), "torch.load"
    yield "numpy", beside(b"cnumpy.testing._private.utils\nrunstring\n"), "runstring"
    yield "bytes", beside(b"ctorch.storage\n_load_from_bytes\n(" + text("x") + b"tR"), "torch.storage._load_from_bytes"
    yield "numpy.load", beside(b"cnumpy\nload\n(" + text("x") + b"tR"), "numpy.load"
    yield "cloudpickle", beside(b"ccloudpickle.cloudpickle\n_make_function\n"), "cloudpickle"
    yield "operator", beside(b"coperator\nattrgetter\n"), "operator.attrgetter"
    yield "pip", beside(b"cpip\nmain\n"), "pip.main"
    yield "newobj", beside(b"csubprocess\nPopen\n(" + text("true") + b"t\x81"), "subprocess.Popen"
    yield "newobj_ex", beside(b"csubprocess\nPopen\n(" + text("true") + b"t}\x92"), "subprocess.Popen"
    yield "inst", beside(b"(" + text("true") + b"ios\nsystem\n"), "INST"
    yield "obj", beside(b"(cos\nsystem\n" + text("true") + b"o"), "os.system"
    yield "obj_only", beside(b"(" + text("true") + b"o"), "OBJ"
    yield "ext1", beside(b"\x82\x01"), "EXT1"
    yield "ext2", beside(b"\x83\x01\x00"), "EXT2"
    yield "ext4", beside(b"\x84\x01\x00\x00\x00"), "EXT4"
    yield "persid", beside(b"P0\n"), "PERSID"
    yield "buffer", beside(b"\x97"), "NEXT_BUFFER"
    yield "class_by_build", beside(tensor() + b"}" + text("__class__") + OS + b"sb"), "posix.system"
    yield "class_by_build_2", beside(b"cmine\nA\n)\x81}" + text("__class__") + b"cmine\nB\nsb"), "__class__"
    yield "class_of_dict", archive(state(tensor())[:-1] + b"}" + text("__class__") + b"cmine\nB\nsb."), "__class__"
    yield "unknown_root", archive(b"\x80\x02cmine\nModel\n)R."), "mine.Model"
    yield "unknown_tensor", archive(state(b"cmine\nTensor\n)R")), "is a whole mine.Tensor"
    yield "unknown_rebuild", archive(state(b"ctorch._utils\n_rebuild_magic\n)R")), "_rebuild_magic"
    yield "reduce_of_text", beside(text("os") + b")R"), "a call of what is no name"
    yield "reduce_without_tuple", beside(b"cmine\nA\n" + text("x") + b"R"), "without a tuple"
    yield "name_no_text", beside(b"NN\x93"), "no text"
    yield "long_name", beside(b"c" + b"a" * 5000 + b"\nb\n"), "a name without an end"
    yield "control_name", beside(b"ca\x1b[31m\nb\n"), "\\x1b[31m"


def sizes():
    """What would take memory or time."""
    yield "memo", beside(b"Nr\xff\xff\xff\x7f"), "memo 2147483647"
    yield "memo_unset", beside(b"j\xff\xff\xff\x7f"), "never put"
    yield "tuples", beside(b")" + b"\x85" * 200_000), "containers in one another"
    yield "lists", beside(b"]" * 200_000 + b"a" * 199_999), "values on the stack"
    yield "lists_by_memo", beside(b"]" + b"q\x01]h\x01a" * 100_000), "containers in one another"
    yield "dicts", beside(b"}" + (b"q\x01}" + text("k") + b"h\x01s") * 1000), "containers in"
    yield "marks", beside(b"(" * 5000), "marks"
    yield "stack", beside(b"N" * 200_000), "values on the stack"
    yield "steps", beside(b"N0" * 250_000 + b"N"), "opcodes"
    yield "empty_dicts", beside(b"}\x94" * 600_000), "on the stack"
    yield "memo_of_dicts", beside(b"}\x940" * 130_000 + b"N"), None
    yield "long4", beside(b"\x8b\xff\xff\xff\xff"), "an integer of -1 bytes"
    yield "long4_large", beside(b"\x8b\xff\xff\xff\x7f"), "an integer of 2147483647 bytes"
    yield "long1", beside(b"\x8a\xff" + b"\1" * 255), "an integer of 255 bytes"
    yield "unicode8", beside(b"\x8d" + b"\xff" * 8), "too early"
    yield "unicode", beside(b"X\xff\xff\xff\xff"), "too early"
    yield "bytes8", beside(b"\x8e" + b"\xff" * 7 + b"\x7f"), "too early"
    yield "frame", archive(b"\x80\x04\x95" + b"\xff" * 8 + GOOD[2:]), "a frame of"
    yield "storage", archive(state(tensor(entries=1 << 60))), "declared"
    yield "storage_absurd", archive(state(tensor(entries=1 << 200))), "names no storage"
    yield "storage_short", archive(state(tensor(entries=13))), "48 bytes, but 52 are declared"
    yield "stride_0", archive(state(tensor(shape=(200_000, 200_000), stride=(0, 0)))), "a bomb"
    yield "stride_0_small", archive(state(tensor(shape=(2000, 2000), stride=(0, 0)))), "out of a storage of 12"
    yield "shape", archive(state(tensor(shape=(1 << 31, 1 << 31)))), "a bomb"
    yield "axes", archive(state(tensor(shape=(1,) * 60, stride=(1,) * 60))), "60 axes"
    yield "outside", archive(state(tensor(offset=1))), "number 12 of a storage of 12"
    yield "offset", archive(state(tensor(offset=-1))), "negative"
    yield "stride", archive(state(tensor(stride=(-3, 1)))), "negative"
    yield "size", archive(state(tensor(shape=(-4, 3)))), "negative"
    yield "stride_large", archive(state(tensor(stride=(1 << 62, 1)))), "last entry"
    yield "lengths", archive(state(tensor(stride=(3,)))), "do not belong"
    yield "bomb", archive(GOOD, {"net/data/0": bytes(64 << 20)}, method=zipfile.ZIP_DEFLATED), "a bomb"
    yield "pickle_bomb", archive(b"\x80\x02" + b"N0" * (9 << 20), method=zipfile.ZIP_DEFLATED), "at most"


def damage():
    """What is cut off, repeated or put together wrongly."""
    good = archive(GOOD)
    yield "empty", b"", "not a file"
    yield "truncated", good[: len(good) // 2], "cut off"
    yield "no_stop", archive(GOOD[:-1]), "too early"
    yield "no_values", archive(b"\x80\x02."), "ends with 0 values"
    yield "two_values", archive(b"\x80\x02NN."), "ends with 2 values"
    yield "open_mark", archive(b"\x80\x02(N."), "ends with 1 values"
    yield "missing_value", archive(b"\x80\x02(NR."), "missing on the stack"
    yield "missing_mark", archive(b"\x80\x02t."), "mark of the pickle is missing"
    yield "protocol_0", archive(b"(dp0\n."), "DICT"
    yield "protocol_9", archive(b"\x80\x09N."), "protocol 9"
    yield "unknown_opcode", archive(b"\x80\x02\xff."), "opcode 255"
    yield "half_pair", beside(b"}(Nu"), "without its value"
    yield "twice", archive(state(tensor(), beside=text("0.weight") + tensor())), "there twice"
    yield "storage_twice", archive(state(tensor(), beside=text("0.bias") + tensor(entries=5))), "declared twice"
    yield "no_member", archive(state(tensor(key="7"))), "no member"
    yield "path", archive(state(tensor(key="../../../etc/passwd"))), "no member"
    yield "order", archive(GOOD, order=b"middle"), "byteorder"
    yield (
        "older_export",
        archive(GOOD, {"serialized_exported_program.json": b"{}"}).replace(b"data.pkl", b"data.txt"),
        "2.8",
    )
    yield "two_pickles", archive(GOOD, {"net/data/0": DATA, "other/data.pkl": GOOD}), "expected 1"
    yield "no_pickle", archive(GOOD).replace(b"data.pkl", b"data.txt"), "without a data.pkl"
    yield "checksum", good.replace(DATA, DATA[::-1]), "checksum"
    yield "persistent", archive(state(text("x") + b"Q")), "names no storage"
    yield "kind", archive(state(tensor(kind=text("Float")))), "names no storage"
    yield "list_of_pairs", beside(b"ccollections\nOrderedDict\n(" + b"]((NNNte" + b"tR"), "no pairs"
    yield "append_to_dict", beside(b"}Na"), "no list"
    yield "set_in_list", beside(b"]NNs"), "no dict"
    module = b"(" + text("module") + b"cmine\nNet\n" + text("net.py") + text("import os") + b"tQ)\x81"
    yield "legacy_module", legacy(root=b"\x80\x02" + module + b".", keys=[], data=b""), "a whole mine.Net"
    yield "module_beside", archive(b"\x80\x02}" + text("model") + b"cmine\nNet\n)\x81s."), "a whole mine.Net"
    yield "legacy_magic", legacy(magic=1), "a pickle that torch.save did not write"
    yield "legacy_version", legacy(version=7), "version '7'"
    yield "legacy_keys", legacy(keys=["1"]), "list of storages"
    yield "legacy_keys_list", legacy(keys=[["0"]]), "list of storages"
    yield "legacy_cut", legacy(data=struct.pack("<q", 12) + DATA[:-4]), "entries that are declared"
    yield "legacy_count", legacy(data=struct.pack("<q", 1 << 60) + DATA), "entries that are declared"
    yield "legacy_tail", legacy(data=struct.pack("<q", 12) + DATA + b"more"), "4 bytes behind"
    yield "legacy_system", legacy(root=state(tensor(), beside=text("m") + OS + b"(" + TOUCH + b"tR")), "posix.system"
    yield "plain_pickle", pickle.dumps({"a": 1}, 2), "a pickle that torch.save did not write"
    yield "tar", bytes(257) + b"ustar" + bytes(300), "a tar archive"
    repeated = io.BytesIO(good)
    with zipfile.ZipFile(repeated, "a") as file:
        file.filelist.append(file.filelist[0])  # one member, and two entries in the directory
        file._didModify = True
    yield "repeated_member", repeated.getvalue(), "there twice"
    at = good.rfind(b"PK\1\2", 0, good.rfind(b"PK\1\2"))  # the entry of `byteorder`, over that of the pickle
    yield "overlap", good[: at + 42] + struct.pack("<I", 0) + good[at + 46 :], "says something else"


def meta(sizes=(4, 3), strides=(3, 1), offset=0, dtype=7, path="weight_0", **more):
    counts = {"sizes": [{"as_int": n} for n in sizes], "strides": [{"as_int": n} for n in strides]}
    return {"path_name": path, "tensor_meta": {"dtype": dtype, **counts, "storage_offset": {"as_int": offset}}, **more}


def named(name):
    return {"as_tensor": {"name": name}}


def node(target="aten.linear.default", output="y", **arguments):
    inputs = [{"name": key, "arg": value} for key, value in arguments.items()]
    return {"target": f"torch.ops.{target}", "inputs": inputs, "outputs": [named(output)]}


LINEAR = node(input=named("x"), weight=named("w"))


def program(nodes=(LINEAR,), output="y", weight=None, graph=None):
    """A file of torch.export with one Linear layer."""
    specs = [
        {"parameter": {"arg": {"name": "w"}, "parameter_name": "0.weight"}},
        {"user_input": {"arg": named("x")}},
    ]
    signature = {"input_specs": specs, "output_specs": [{"user_output": {"arg": named(output)}}]}
    module = {"graph": {"nodes": list(nodes), "tensor_values": {}}, "signature": signature}
    told = json.dumps({"graph_module": module}).encode() if graph is None else graph
    config = json.dumps({"config": {"0.weight": meta() if weight is None else weight}})
    members = {"net/data/weights/model_weights_config.json": config, "net/data/weights/weight_0": DATA}
    return archive(GOOD, {"net/models/model.json": told, **members})


def graphs():
    """Graphs of torch.export."""
    relu = "aten.relu.default"
    yield "graph_deep", program(graph=b"[" * 2_000_000), "nested too deep"
    yield "graph_large", program(graph=b"[" + b"[]," * 1_500_000 + b"[]]"), "bytes of JSON"
    yield "graph_wide", program(graph=b"[" + b"[]," * 1_300_000 + b"[]]"), "graph_module"
    yield "graph_number", program(graph=b"[" + b"1" * 6000 + b"]"), "not JSON"
    yield "graph_no_json", program(graph=b"\x80\x02."), "not JSON"
    yield "graph_path", program(weight=meta(path="../../../../etc/passwd")), "is missing"
    yield "graph_pickle", program(weight=meta(use_pickle=True)), "raw bytes"
    yield "graph_dtype", program(weight=meta(dtype=10)), "dtype 10"
    yield "graph_outside", program(weight=meta(offset=1)), "number 12 of a storage of 12"
    yield "graph_negative", program(weight=meta(strides=(-3, 1))), "negative"
    yield "graph_stride_0", program(weight=meta(sizes=(200_000, 200_000), strides=(0, 0))), "a bomb"
    yield "graph_sizes", program(weight={"path_name": "weight_0", "tensor_meta": {"dtype": 7}}), "no sizes"
    yield "graph_cycle", program([node(relu, "y", self=named("z")), node(relu, "z", self=named("y"))]), "'z'"
    yield "graph_twice", program([LINEAR, LINEAR]), "there already"
    yield "graph_unknown", program([node("aten.system.default", self=named("x"))]), "aten.system"
    yield "graph_library", program([node("os.system.default", self=named("x"))]), "os.system"
    yield "graph_no_output", program(output="w"), "no output"
    yield "graph_matrix", program([node(input=named("x"), weight=named("x"))]), "no constant tensor"
    before = ["x", *(f"y{k}" for k in range(9000))]
    relus = [node(relu, f"y{k}", self=named(before[k])) for k in range(9000)]
    yield "graph_steps", program(relus), "over 100 operations"
    doubled = [node("aten.add.Tensor", f"y{k}", self=named(before[k]), other=named(before[k])) for k in range(60)]
    yield "graph_doubling", program(doubled), "over 100 operations"


MAKERS = (calls, sizes, damage, graphs)
HOSTILE = {name: (data, message) for make in MAKERS for name, data, message in make()}
