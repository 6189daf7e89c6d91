-- batchTagging with Tagline's rules, for Redis. KEYS is empty. ARGV has a number that chooses the tag, and fifty openids.
--   tags            set of the ids that exist
--   followers       set of the openids that follow
--   f:<openid>      set of the tags that a follower carries
--   t:<tag>         set of the openids that carry a tag
local tag = tostring(100 + tonumber(ARGV[1]) % 100)
if #ARGV < 2 or #ARGV > 51 then return 40032 end
if redis.call('SISMEMBER', 'tags', tag) == 0 then return 45159 end
local openids = {}
for i = 2, #ARGV do openids[i - 1] = ARGV[i] end
for _, follows in ipairs(redis.call('SMISMEMBER', 'followers', unpack(openids))) do
    if follows == 0 then return 40003 end
end
for _, openid in ipairs(openids) do
    if redis.call('SCARD', 'f:' .. openid) >= 20 and redis.call('SISMEMBER', 'f:' .. openid, tag) == 0 then return 45059 end
end
for _, openid in ipairs(openids) do redis.call('SADD', 'f:' .. openid, tag) end
redis.call('SADD', 't:' .. tag, unpack(openids))
return 0
