"""client.py [--authority NAME] [--ca FILE] [--times N] TARGET METHOD MESSAGE...: calls, and prints one JSON object about the end."""
import argparse
import json
import queue

import grpc

parser = argparse.ArgumentParser()
parser.add_argument("--authority")
parser.add_argument("--ca")
parser.add_argument("--times", type=int, default=1)
parser.add_argument("target")
parser.add_argument("method")
parser.add_argument("messages", nargs="*")
words = parser.parse_args()

options = []
if words.authority:
    options.append(("grpc.default_authority", words.authority))
if words.ca:
    options.append(("grpc.ssl_target_name_override", words.authority))
    with open(words.ca, "rb") as file:
        channel = grpc.secure_channel(words.target, grpc.ssl_channel_credentials(file.read()), options)
else:
    channel = grpc.insecure_channel(words.target, options)
path = "/test.Echo/" + words.method


def chat():
    """Sends each message when the one before has come back."""
    waiting = queue.SimpleQueue()
    waiting.put(words.messages[0])
    left = words.messages[1:]
    answers = []
    call = channel.stream_stream(path)((m.encode() for m in iter(waiting.get, None)), timeout=20)
    for answer in call:
        answers.append(json.loads(answer))
        waiting.put(left.pop(0) if left else None)
    return {"code": call.code().name, "answers": answers}


def unary():
    method = channel.unary_unary(path)
    calls = [method.future(words.messages[0].encode(), timeout=20) for _ in range(words.times)]
    answers = [json.loads(call.result()) if call.exception() is None else None for call in calls]
    call = calls[-1]
    return {
        "code": call.code().name,
        "details": call.details(),
        "trailers": dict(call.trailing_metadata()),
        "answers": answers,
    }


print(json.dumps(chat() if words.method == "Chat" else unary()))
