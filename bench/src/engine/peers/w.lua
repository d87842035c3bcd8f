-- W in Redis: one script for each command, which answers with the number of the outcome.
local at, act, member, other = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4]
local open, back = 'o:' .. member .. ':' .. other, 'o:' .. other .. ':' .. member
local theirs, own = 'i:' .. other .. ':' .. member, 'i:' .. member .. ':' .. other
local pair = tonumber(member) < tonumber(other) and 'c:' .. member .. ':' .. other or 'c:' .. other .. ':' .. member
local block = 'b:' .. member .. ':' .. other
local call = redis.call
local function connect()
    call('DEL', open, back, theirs, own)
    call('SET', pair, ARGV[1])
end
local function restricted(who)
    local till = call('GET', 'x:' .. who)
    return till and tonumber(till) > at
end
if act == 0 then
    if call('EXISTS', block) == 1 then return 3 end
    if call('EXISTS', pair) == 1 then return 4 end
    local waits = call('GET', own)
    if waits and waits ~= '2' then connect() return 2 end
    if call('EXISTS', open) == 1 then return 5 end
    if restricted(member) then return 6 end
    local sends = 's:' .. member
    local first = call('LINDEX', sends, -300)
    if first and tonumber(first) > at - 86400000 then return 7 end
    call('RPUSH', sends, ARGV[1])
    call('LTRIM', sends, -300, -1)
    call('SET', open, ARGV[6])
    local filed = restricted(other) or call('EXISTS', 'b:' .. other .. ':' .. member) == 1
    call('SET', theirs, filed and '1' or '0')
    if call('EXISTS', back) == 1 then connect() return 2 end
    if filed then return 1 end
    return 0
elseif act == 1 then
    local state = call('GET', own)
    if not state or state == '2' then return 16 end
    if call('EXISTS', block) == 1 then return 15 end
    connect()
    return 8
elseif act == 2 then
    local state = call('GET', own)
    if not state or state == '2' then return 16 end
    call('SET', own, '2')
    return 9
elseif act == 3 then
    if call('DEL', open) == 0 then return 16 end
    call('DEL', theirs)
    return 10
elseif act == 4 then
    if call('EXISTS', block) == 1 then return 15 end
    call('SET', block, ARGV[1])
    if call('DEL', open) == 1 then call('DEL', theirs) end
    local state = call('GET', own)
    if state and state ~= '2' then call('SET', own, '1') end
    call('DEL', pair)
    return 11
elseif act == 5 then
    return call('DEL', block) == 1 and 12 or 16
elseif act == 6 then
    return call('DEL', pair) == 1 and 13 or 16
else
    call('SET', 'x:' .. member, ARGV[5])
    return 14
end
