-- wrk's side of the comparison: batchTagging calls whose lists sweep a random permutation of all followers.
--
-- wrk -s sweep.lua ADDRESS -- PATH LISTS [SWEEP] [DELAY] [STRIDE] [FIRST] [COUNT]
--   LISTS   a file with the fifty openids of one call a line, each between quotes, with commas
--   SWEEP   the sweep to begin with; sweep n gives list i the tag 100 + (STRIDE * i + n) % 100, and from 20 on the tags of
--           sweeps 10 to 19 again, so that nobody gets more than twenty
--   DELAY   the longest time between two calls of one connection in milliseconds, half of it on average
--   STRIDE  1 for every list a tag of its own, 0 for all of them and of later sweeps the same
--   FIRST   the list to begin with, from 0, and COUNT how many; all of the file without them
-- One thread (-t1), so that no two calls in flight have a list in common.

local heads, tails, first, position, sweep, stride = {}, {}, 0, 0, 0, 1

function init(arguments)
    local path = arguments[1]
    sweep = tonumber(arguments[3] or 0)
    local longest = tonumber(arguments[4] or 0)
    stride = tonumber(arguments[5] or 1)
    first = tonumber(arguments[6] or 0)
    local count = tonumber(arguments[7] or math.huge)
    -- wrk takes a dearer way for every call if there is a function of this name at all.
    if longest > 0 then
        function delay() return math.random(0, longest) end
    end
    for tag = 0, 99 do tails[tag] = '],"tagid":' .. (100 + tag) .. '}' end
    local file = io.open(arguments[2])
    file:seek("set", first * (#file:read() + 1))
    for list in file:lines() do
        if #heads == count then break end
        local body = '{"openid_list":[' .. list
        heads[#heads + 1] = table.concat({
            "POST ", path, " HTTP/1.1\r\nHost: ", wrk.host, "\r\nContent-Type: application/json\r\nContent-Length: ",
            #body + #tails[0], "\r\n\r\n", body,
        })
    end
    file:close()
end

function request()
    position = position + 1
    if position > #heads then position, sweep = 1, sweep + stride end
    local shift = sweep < 20 and sweep or 10 + sweep % 10
    return heads[position] .. tails[(stride * (first + position) + shift) % 100]
end

dofile(debug.getinfo(1, "S").source:match("^@(.*)/") .. "/figures.lua")
