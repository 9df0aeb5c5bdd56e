"""As much of `requests` as the document's client uses, on the standard library, for machines that have it not."""
import json as json_module
import urllib.request


class Response:
    def __init__(self, body):
        self.body = body

    def json(self):
        return json_module.loads(self.body)


def post(url, json):
    request = urllib.request.Request(url, json_module.dumps(json).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return Response(answer.read())
