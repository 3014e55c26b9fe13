-- Takes one token from every bucket, or from none. KEYS are the buckets; ARGV is "take", "look" or "give back", then the interval in
-- microseconds and the capacity of each. Answers how many microseconds each bucket would have to wait.
-- What the numbers mean is in bucket.rs; the clock is the server's, because those of the nodes differ.
if ARGV[1] == 'give back' then
    local full = {}
    for i, key in ipairs(KEYS) do
        local before, left = redis.call('GET', key), redis.call('PTTL', key)
        if before and left > 0 then
            redis.call('SET', key, string.format('%.0f', before - ARGV[2 * i]), 'PX', left)
        end
        full[i] = 0
    end
    return full
end
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local spent, worth, waits, wait = {}, {}, {}, 0
for i, key in ipairs(KEYS) do
    local interval = tonumber(ARGV[2 * i])
    worth[i] = interval * tonumber(ARGV[2 * i + 1])
    local before = math.min(tonumber(redis.call('GET', key) or 0), now)
    spent[i] = math.max(before, now - worth[i]) + interval
    waits[i] = math.max(spent[i] - now, 0)
    wait = math.max(wait, waits[i])
end
if wait == 0 and ARGV[1] == 'take' then
    for i, key in ipairs(KEYS) do
        -- A bucket that is full again need not be kept.
        local full = math.ceil((spent[i] + worth[i] - now) / 1000)
        redis.call('SET', key, string.format('%.0f', spent[i]), 'PX', string.format('%.0f', math.max(full, 1)))
    end
end
return waits
