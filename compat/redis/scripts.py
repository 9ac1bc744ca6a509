"""The Lua scripts that a layer runs on a Redis server, each in one step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgpack

if TYPE_CHECKING:
    from .layer import RedisChannelLayer

# KEYS: channels. ARGV: what `put_options` packs, then the message for each channel. Returns the
# numbers of the keys that are full.
#
# A message's score is the time it was sent at, by the server's clock, or just behind the last
# one's: two messages in one microsecond keep their order, and a sender whose clock is fast,
# or a step of the clock, cannot let later messages overtake.
#
# A server that is out of memory refuses only the first write of a script: that has to be the one
# that needs the memory.
PUT = """
local expiry, statistics, everything, sent, refusals, lifetime, lifetime_of_one, prefix_length,
    capacities = unpack(cmsgpack.unpack(ARGV[1]))
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local oldest = string.format('%.6f', now - expiry)

local counts, lifetimes = {}, {}
local function count(name, what, lifetime)
    local key = statistics .. name .. ':' .. what
    counts[key] = (counts[key] or 0) + 1
    lifetimes[key] = lifetime
end

local refused = {}
for number, key in ipairs(KEYS) do
    local what = sent
    if redis.call('ZCOUNT', key, oldest, '+inf') < capacities[number] then
        local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')[2]
        local score = now
        if last and tonumber(last) >= now then
            score = tonumber(last) + 0.000001
        end
        redis.call('ZADD', key, string.format('%.6f', score), ARGV[1 + number])
        redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. oldest)
        redis.call('PEXPIRE', key, math.ceil(expiry * 1000))
    else
        table.insert(refused, number)
        what = refusals
    end
    count(everything, what, lifetime)
    count(string.sub(key, prefix_length + 1), what, lifetime_of_one)
end
for key, number in pairs(counts) do
    redis.call('INCRBY', key, number)
    redis.call('EXPIRE', key, lifetimes[key])
end
return refused
"""

# KEYS: channels, ARGV: expiry in seconds. Returns a key and the oldest message on it, or nothing.
TAKE = """
local time = redis.call('TIME')
local oldest = time[1] + time[2] / 1000000 - ARGV[1]
for _, key in ipairs(KEYS) do
    local found = redis.call('ZPOPMIN', key)
    if found[1] and tonumber(found[2]) < oldest then
        redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('(%.6f', oldest))
        found = redis.call('ZPOPMIN', key)
    end
    if found[1] then
        return {key, found[1]}
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

# KEYS: what should be sorted sets. Returns those that are not, each with its type: they are deleted
# in the same step, before which another process may have made a sorted set of one, with messages.
DELETE_OTHERS = """
local deleted = {}
for _, key in ipairs(KEYS) do
    local kind = redis.call('TYPE', key).ok
    if kind ~= 'zset' and kind ~= 'none' then
        redis.call('DEL', key)
        table.insert(deleted, key)
        table.insert(deleted, kind)
    end
end
return deleted
"""


def put_options(layer: RedisChannelLayer, prefix: str, capacities: Sequence[int]) -> bytes:
    """Return the first argument of `PUT`, packed.

    Args:
        layer: Has the numbers, and the names of the statistics.
        prefix: What the keys of channels begin with.
        capacities: How many messages each of the channels holds.
    """
    options = [
        *(layer.expiry, layer.stats_prefix, layer.global_stats_key),
        *(layer.STAT_MESSAGES_COUNT, layer.STAT_CHANNEL_FULL),
        *(layer.global_statistics_expiry, layer.channel_statistics_expiry),
        *(len(prefix.encode()), capacities),
    ]
    packed: bytes = msgpack.packb(options)
    return packed
