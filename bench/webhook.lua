-- A small JSON body for wrk: wrk -s bench/webhook.lua http://127.0.0.1:PORT/echo
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[{"id":12345,"customer":"Ada Lovelace","total":99.5,"currency":"EUR","items":[{"sku":"A-1","quantity":2},{"sku":"B-7","quantity":1}]}]]
