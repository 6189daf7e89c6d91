-- wrk's script for the comparison: batchTagging calls whose lists go through all followers in a random order.
-- A sweep is one pass through all lists.
--
-- wrk -s sweep.lua ADDRESS -- PATH LISTS [SWEEP] [DELAY] [STRIDE] [FIRST] [COUNT]
--   LISTS   a file; each line has the fifty openids of one call, in quotes and with commas between them
--   SWEEP   the number of the first sweep; sweep n gives list i the tag 100 + (STRIDE * i + n) % 100. From sweep 20 on,
--           the tags of the sweeps 10 to 19 come again, so that no follower gets more than twenty tags
--   DELAY   the longest time between two calls of one connection in milliseconds; the average is half of it
--   STRIDE  1 to give each list another tag; 0 to give all lists, also of later sweeps, the same tag
--   FIRST   the first list, counted from 0; COUNT is the number of lists. Without them, all lists of the file are used
-- Run wrk with one thread (-t1), so that no two calls in flight have the same list.

local heads, tails, first, position, sweep, stride = {}, {}, 0, 0, 0, 1

function init(arguments)
    local path = arguments[1]
    sweep = tonumber(arguments[3] or 0)
    local longest = tonumber(arguments[4] or 0)
    stride = tonumber(arguments[5] or 1)
    first = tonumber(arguments[6] or 0)
    local count = tonumber(arguments[7] or math.huge)
    -- If a function of this name exists, wrk does more work for every call.
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
