"""The Lua scripts that a layer runs on a Redis server, each in one step."""

# KEYS: channels. ARGV: expiry in seconds; the statistics' prefix, name of all channels, names of
# the two counts and their lifetimes in seconds (all channels', one channel's); then for each
# channel its name, its capacity and its message. Returns the numbers of the keys that are full.
#
# A message's score is the time it was sent at, by the server's clock, or just behind the last
# one's: two messages in one microsecond keep their order, and a sender whose clock is fast,
# or a step of the clock, cannot let later messages overtake.
#
# A server that is out of memory refuses only the first write of a script: that has to be the one
# that needs the memory.
PUT = """
local expiry = tonumber(ARGV[1])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000

local function count(name, lifetime, what)
    local key = ARGV[2] .. name .. ':' .. what
    redis.call('INCR', key)
    redis.call('EXPIRE', key, lifetime)
end

local refused = {}
for number, key in ipairs(KEYS) do
    local name, capacity, message = unpack(ARGV, 5 + 3 * number, 7 + 3 * number)
    local what = ARGV[4]
    local oldest = string.format('%.6f', now - expiry)
    if redis.call('ZCOUNT', key, oldest, '+inf') < tonumber(capacity) then
        local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')[2]
        local score = now
        if last and tonumber(last) >= now then
            score = tonumber(last) + 0.000001
        end
        redis.call('ZADD', key, string.format('%.6f', score), message)
        redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. oldest)
        redis.call('PEXPIRE', key, math.ceil(expiry * 1000))
    else
        table.insert(refused, number)
        what = ARGV[5]
    end
    count(ARGV[3], ARGV[6], what)
    count(name, ARGV[7], what)
end
return refused
"""

# KEYS: channels, ARGV: expiry in seconds. Returns a key and the oldest message on it, or nothing.
TAKE = """
local time = redis.call('TIME')
local expired = string.format('(%.6f', time[1] + time[2] / 1000000 - ARGV[1])
for _, key in ipairs(KEYS) do
    redis.call('ZREMRANGEBYSCORE', key, '-inf', expired)
    local message = redis.call('ZPOPMIN', key)[1]
    if message then
        return {key, message}
    end
end
return false
"""

# KEYS: a channel. ARGV: expiry in seconds, how many messages at most. Returns the oldest of them.
TAKE_TOGETHER = """
local time = redis.call('TIME')
local expired = string.format('(%.6f', time[1] + time[2] / 1000000 - ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', expired)
local found = redis.call('ZPOPMIN', KEYS[1], ARGV[2])
local messages = {}
for number = 1, #found, 2 do
    table.insert(messages, found[number])
end
return messages
"""
