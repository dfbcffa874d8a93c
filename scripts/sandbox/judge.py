"""The judges: runs the real AWS CLI, one forked process per command, and says
what moto implements. Reads one JSON request per line, answers one per line.

  {"run": "lambda list-functions", "env": {...}}
      -> {"code": 0, "out": {...} | "text", "err": "...", "shape": [...]}
  {"implemented": ["lambda", "GetAlias"]} -> {"implemented": true}

`shape` lists what the answer breaks of AWS's own model of the operation, as
botocore carries it: unknown members, missing required ones, wrong types, values
outside an enumeration, a pattern or a length.
"""
import importlib
import inspect
import json
import os
import re
import shlex
import sys
import tempfile
import traceback

import awscli
import botocore
import botocore.exceptions
from awscli.clidriver import create_clidriver


def check(shape, value, path, faults):
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            faults.append(f"{path}: not a structure")
            return
        for name in shape.required_members:
            if name not in value:
                faults.append(f"{path}.{name}: required, and left out")
        for name, member in value.items():
            if name in shape.members:
                check(shape.members[name], member, f"{path}.{name}", faults)
    elif kind == "list":
        for item in value:
            check(shape.member, item, f"{path}[]", faults)
    elif kind == "map":
        for key, item in value.items():
            check(shape.value, item, f"{path}{{}}", faults)
    elif kind == "string":
        check_text(shape, value, path, faults)
    elif kind in ("integer", "long") and not isinstance(value, int):
        faults.append(f"{path}: {value!r} is no whole number")
    elif kind == "boolean" and not isinstance(value, bool):
        faults.append(f"{path}: {value!r} is no boolean")


def check_text(shape, value, path, faults):
    if not isinstance(value, str):
        return
    if shape.enum and value not in shape.enum:
        faults.append(f"{path}: {value!r} is not one of {shape.enum}")
    metadata = shape.metadata
    if "max" in metadata and len(value) > metadata["max"]:
        faults.append(f"{path}: longer than {metadata['max']}")
    if len(value) < metadata.get("min", 0):
        faults.append(f"{path}: shorter than {metadata['min']}")


def unknown(shape, value, path, faults):
    """Members that went over the wire and AWS's model does not have."""
    if shape.type_name == "structure" and isinstance(value, dict):
        names = {
            member.serialization.get("name", name): member
            for name, member in shape.members.items()
        }
        for name, item in value.items():
            if name in names:
                unknown(names[name], item, f"{path}.{name}", faults)
            elif name != "__type":
                faults.append(f"{path}.{name}: AWS has no such member")
    elif shape.type_name == "list" and isinstance(value, list):
        for item in value:
            unknown(shape.member, item, f"{path}[]", faults)


def judge_shape(model, parsed, http_response, faults):
    if http_response.status_code >= 300 or model.output_shape is None:
        return
    body = {key: item for key, item in parsed.items() if key != "ResponseMetadata"}
    check(model.output_shape, body, model.name, faults)
    protocol = model.service_model.protocol
    if protocol in ("json", "rest-json") and not model.has_streaming_output:
        if "payload" not in model.output_shape.serialization:
            raw = json.loads(http_response.content or b"{}")
            unknown(model.output_shape, raw, model.name, faults)


def run_cli(words, env):
    """In a forked child: the CLI as its command runs it."""
    faults = []
    data = os.environ.get("AWS_DATA_PATH", "")  # awscli's own, set by its import
    os.environ.clear()
    os.environ.update(env, AWS_DATA_PATH=data)

    def after(model, parsed, http_response, **_):
        judge_shape(model, parsed, http_response, faults)

    DRIVER.session.register("after-call", after)
    try:
        code = DRIVER.main(words)
    except SystemExit as end:
        code = end.code
    sys.stdout.flush()
    return code or 0, faults


def run(words, env):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, \
            tempfile.TemporaryFile() as told:
        child = os.fork()
        if child == 0:
            code = 255
            try:
                os.dup2(out.fileno(), 1)
                os.dup2(err.fileno(), 2)
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                code, faults = run_cli(words, env)
                told.write(json.dumps(faults).encode())
                told.flush()
            except BaseException:  # told by the parent as the CLI's error
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(child, 0)
        texts = []
        for stream in (out, err, told):
            stream.seek(0)
            texts.append(stream.read().decode("utf8", "replace"))
    try:
        answer = json.loads(texts[0]) if texts[0].strip() else {}
    except ValueError:
        answer = {"text": texts[0].strip()}
    return {
        "code": os.waitstatus_to_exitcode(status),
        "out": answer,
        "err": texts[1].strip(),
        "shape": json.loads(texts[2] or "[]"),
    }


def implemented(service, operation):
    """Whether moto answers an operation: its response class has the method.

    S3's routes are no methods; there the server says what it has not.
    """
    if service == "s3":
        return True
    from moto.core.responses import BaseResponse
    from moto.core.utils import camelcase_to_underscores

    name = {"lambda": "awslambda"}.get(service, service)
    try:
        module = importlib.import_module(f"moto.{name}.responses")
    except ImportError:
        return False
    method = camelcase_to_underscores(operation)
    return any(
        issubclass(each, BaseResponse) and callable(getattr(each, method, None))
        for _, each in inspect.getmembers(module, inspect.isclass)
    )


def versions():
    import moto

    return {
        "cli": awscli.__version__,
        "botocore": botocore.__version__,
        "moto": moto.__version__,
    }


def operation_of(words):
    """The operation that a command names, as AWS writes it; None if it has none."""
    from botocore import xform_name

    service = {"s3api": "s3", "deploy": "codedeploy"}.get(words[0], words[0])
    warm(service)
    model = DRIVER.session.get_service_model(service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    return names.get(words[1])


def warm(service):
    """Reads a service's model here, once, rather than in each child."""
    loader = DRIVER.session.get_component("data_loader")
    for name in ("service-2", "endpoint-rule-set-1", "paginators-1", "waiters-2"):
        try:
            loader.load_service_model(service, name)
        except botocore.exceptions.DataNotFoundError:
            pass  # not every service has paginators and waiters
    for name in ("endpoints", "partitions", "sdk-default-configuration"):
        loader.load_data(name)


# The person's own configuration is nobody's business here.
os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)
DRIVER = create_clidriver()


def answer(request):
    if "run" in request:
        return run(shlex.split(request["run"]), request["env"])
    if "operation" in request:
        return {"operation": operation_of(shlex.split(request["operation"]))}
    if "implemented" in request:
        return {"implemented": implemented(*request["implemented"])}
    return versions()


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line)), default=str), flush=True)
