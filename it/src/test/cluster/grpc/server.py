"""A gRPC server whose methods show what reaches it: who called, by which header, and message by message."""
import json
import sys
import time
from concurrent import futures

import grpc


def seen(context):
    metadata = dict(context.invocation_metadata())
    return {"peer": context.peer(), "x-forwarded-for": metadata.get("x-forwarded-for")}


def say(request, context):
    context.set_trailing_metadata((("x-end", "said"),))
    return json.dumps(seen(context) | {"said": request.decode()}).encode()


def chat(requests, context):
    for request in requests:
        yield json.dumps(seen(context) | {"said": request.decode()}).encode()


def fail(request, context):
    context.set_trailing_metadata((("x-end", "failed"),))
    context.abort(grpc.StatusCode.NOT_FOUND, "no such thing: " + request.decode())


def wait(request, context):
    deadline = time.monotonic() + float(request)
    while context.is_active() and time.monotonic() < deadline:
        time.sleep(0.05)
    return b"{}"


class Echo(grpc.GenericRpcHandler):
    METHODS = {
        "/test.Echo/Say": grpc.unary_unary_rpc_method_handler(say),
        "/test.Echo/Chat": grpc.stream_stream_rpc_method_handler(chat),
        "/test.Echo/Fail": grpc.unary_unary_rpc_method_handler(fail),
        "/test.Echo/Wait": grpc.unary_unary_rpc_method_handler(wait),
    }

    def service(self, details):
        return self.METHODS.get(details.method)


server = grpc.server(futures.ThreadPoolExecutor(max_workers=32), handlers=(Echo(),))
server.add_insecure_port(sys.argv[1])
server.start()
server.wait_for_termination()
