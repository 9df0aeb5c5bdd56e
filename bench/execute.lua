-- The same order as in webhook.lua, as the input of a workflow of the dialect flowengine.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[{"inputs":{"input":{"type":"String","value":"{\"id\":12345,\"customer\":\"Ada Lovelace\",\"total\":99.5,\"currency\":\"EUR\"}"}}}]]
