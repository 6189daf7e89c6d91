-- wrk's script for the reads: makes one request for each line of a file, again and again.
--
-- wrk -s requests.lua ADDRESS -- PATH FILE
--   FILE  has one body in each line; an empty line makes a GET

local requests, position = {}, 0

function init(arguments)
    for body in io.lines(arguments[2]) do
        requests[#requests + 1] = wrk.format(
            body == "" and "GET" or "POST", arguments[1], {["Content-Type"] = "application/json"}, body ~= "" and body or nil)
    end
end

function request()
    position = position % #requests + 1
    return requests[position]
end

dofile(debug.getinfo(1, "S").source:match("^@(.*)/") .. "/figures.lua")
