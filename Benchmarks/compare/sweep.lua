-- wrk's side of the comparison: batchTagging calls whose lists sweep a random permutation of all followers.
--
-- wrk -s sweep.lua ADDRESS -- PATH LISTS [TAGS_FROM] [DELAY] [STRIDE]
--   LISTS      a file with the fifty openids of one call a line, each between quotes, with commas
--   TAGS_FROM  the sweep to begin with; sweep n gives list i the tag 100 + (STRIDE * i + n % 20) % 100, so that
--              nobody gets more than twenty
--   DELAY      milliseconds between two calls of one connection, on average
--   STRIDE     1 for every list a tag of its own, 0 for all of a sweep the same
-- One thread (-t1), so that no two calls in flight have a list in common.

local heads, tails, position, sweep, pause, stride = {}, {}, 0, 0, 0, 1

function init(arguments)
    local path = arguments[1]
    sweep = tonumber(arguments[3] or 0)
    pause = tonumber(arguments[4] or 0)
    stride = tonumber(arguments[5] or 1)
    for tag = 0, 99 do tails[tag] = '],"tagid":' .. (100 + tag) .. '}' end
    for list in io.lines(arguments[2]) do
        local body = '{"openid_list":[' .. list
        heads[#heads + 1] = table.concat({
            "POST ", path, " HTTP/1.1\r\nHost: ", wrk.host, "\r\nContent-Type: application/json\r\nContent-Length: ",
            #body + #tails[0], "\r\n\r\n", body,
        })
    end
end

function request()
    position = position + 1
    if position > #heads then position, sweep = 1, sweep + 1 end
    return heads[position] .. tails[(stride * position + sweep % 20) % 100]
end

function delay()
    return pause == 0 and 0 or math.random(0, 2 * pause)
end

dofile(debug.getinfo(1, "S").source:match("^@(.*)/") .. "/figures.lua")
