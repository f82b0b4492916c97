-- Appends units to one competition's log: each unit whole or not at all, each answered by itself.
--
-- KEYS: log, ids, versions, meta. ARGV[1] is MessagePack {epoch, position, new epoch, units};
-- ARGV[2] the string that the caller saw stored at that position; ARGV[3] the ids and digests of
-- all events, 48 bytes each; ARGV[4] capture's bytes of all, which follow the head that is written
-- here. A unit is {creates, {{subject, version its check read}, ...}, {subject of each event, ...},
-- {length of capture's bytes of each, ...}}; the subject "log" is all of it, and its version is the
-- position.
--
-- A script does not roll back, so all of a unit is checked before its first write, and every key is
-- read before that, so that one of a wrong type stops all of it. A call of the server costs more
-- than what it does: what can be asked or written once for all units is.

local LOG, IDS, VERSIONS, META = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local IDS_AND_DIGESTS, BYTES = ARGV[3], ARGV[4]
local ARGUMENTS_MAX = 1000 -- of one call; Lua has room for some thousands
local HEAD_PATTERN = '^{"v":%d+,"position":(%d+),"version":(%d+),"recorded_at":"([^"]+)",'

local function stored_at(position)
  local id = string.format("%d-0", position)
  local entry = redis.call("XRANGE", LOG, id, id)[1]
  if not entry then return nil end
  local fields = entry[2] -- {"e", stored, "d", digest}
  return fields[2], fields[4]
end

-- The civil date by counting years from March, so that the leap day is a year's last.
local function rfc3339(milliseconds)
  local floor = math.floor
  local days = floor(milliseconds / 86400000) + 719468 -- since 0000-03-01
  local era = floor(days / 146097)
  local day_of_era = days % 146097
  local year_of_era = floor((day_of_era - floor(day_of_era / 1460) + floor(day_of_era / 36524)
    - floor(day_of_era / 146096)) / 365)
  local day_of_year = day_of_era
    - (365 * year_of_era + floor(year_of_era / 4) - floor(year_of_era / 100))
  local months_since_march = floor((5 * day_of_year + 2) / 153)
  local day = day_of_year - floor((153 * months_since_march + 2) / 5) + 1
  local month = (months_since_march + 2) % 12 + 1
  local year = year_of_era + era * 400 + (month <= 2 and 1 or 0)
  local seconds = floor(milliseconds / 1000) % 86400
  return string.format("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, day,
    floor(seconds / 3600), floor(seconds / 60) % 60, seconds % 60, milliseconds % 1000)
end

local call = cmsgpack.unpack(ARGV[1])
local epoch, seen, new_epoch, units = call[1], call[2], call[3], call[4]
local log_epoch = redis.call("HGET", META, "epoch") or ""

if epoch ~= "" and (epoch ~= log_epoch or (seen > 0 and stored_at(seen) ~= ARGV[2])) then
  return { "rewound", log_epoch }
end

-- An entry has an event, and an event an id: if not, somebody else took from the log or added to it.
local tail, ids_known = redis.call("XLEN", LOG), redis.call("HLEN", IDS)
if tail ~= ids_known then return { "damaged", tail, ids_known } end

local time = redis.call("TIME")
local recorded_ms = math.max(
  tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000),
  tonumber(redis.call("HGET", META, "recorded_ms") or 0))
local recorded_at = rfc3339(recorded_ms)
local HEAD_END = ',"recorded_at":"' .. recorded_at .. '",'

-- Gives the number that a hash holds for each of these fields, where it has one.
local function numbers_in(key, fields)
  local numbers = {}
  for first = 1, #fields, ARGUMENTS_MAX do
    local last = math.min(first + ARGUMENTS_MAX - 1, #fields)
    for index, value in ipairs(redis.call("HMGET", key, unpack(fields, first, last))) do
      numbers[fields[first + index - 1]] = tonumber(value)
    end
  end
  return numbers
end

local function set(key, fields_and_values)
  for first = 1, #fields_and_values, ARGUMENTS_MAX do
    local last = math.min(first + ARGUMENTS_MAX - 1, #fields_and_values)
    redis.call("HSET", key, unpack(fields_and_values, first, last))
  end
end

local function all_ids()
  local ids = {}
  for first = 1, #IDS_AND_DIGESTS, 48 do
    ids[#ids + 1] = string.sub(IDS_AND_DIGESTS, first, first + 15)
  end
  return ids
end

local function all_subjects()
  local subjects, is_named = {}, { log = true }
  local function name(subject)
    if not is_named[subject] then subjects[#subjects + 1] = subject end
    is_named[subject] = true
  end
  for _, unit in ipairs(units) do
    for _, read in ipairs(unit[2]) do name(read[1]) end
    for _, subject in ipairs(unit[3]) do name(subject) end
  end
  return subjects
end

local keys_taken, bytes_taken = 0, 0
-- As the units before left them.
local positions = numbers_in(IDS, all_ids()) -- id -> position
local versions = numbers_in(VERSIONS, all_subjects()) -- subject -> version
-- What they changed: ids with their positions by turns, and the subjects.
local new_ids, touched = {}, {}

local function version_of(subject)
  if subject == "log" then return tail end
  return versions[subject] or 0
end

local function take_events(subjects, lengths)
  local events = {}
  for index, subject in ipairs(subjects) do
    events[index] = {
      id = string.sub(IDS_AND_DIGESTS, keys_taken + 1, keys_taken + 16),
      digest = string.sub(IDS_AND_DIGESTS, keys_taken + 17, keys_taken + 48),
      subject = subject,
      bytes = string.sub(BYTES, bytes_taken + 1, bytes_taken + lengths[index]),
    }
    keys_taken = keys_taken + 48
    bytes_taken = bytes_taken + lengths[index]
  end
  return events
end

-- Gives each event that is known its place, counts them, and names the first known otherwise.
local function look_up(events)
  local known = 0
  local first = {} -- id -> the event that carries it first in this unit
  for _, event in ipairs(events) do
    local position, twin = positions[event.id], first[event.id]
    first[event.id] = twin or event
    if position then
      local stored, digest = stored_at(position)
      if digest ~= event.digest then return known, { "reused", event.id, stored } end
      event.place = { string.match(stored, HEAD_PATTERN) }
    elseif twin then
      if twin.digest ~= event.digest then return known, { "reused", event.id, "" } end
      event.twin = twin
    end
    if position or twin then known = known + 1 end
  end
  return known, nil
end

local function clash(reads)
  for _, read in ipairs(reads) do
    local version = version_of(read[1])
    if version ~= read[2] then return { "conflict", read[1], version } end
  end
  return nil
end

local function write(events)
  for _, event in ipairs(events) do
    if not event.place and not event.twin then
      local position, version = string.format("%d", tail + 1), version_of(event.subject) + 1
      redis.call("XADD", LOG, position .. "-0", "e", '{"v":1,"position":' .. position
        .. ',"version":' .. version .. HEAD_END .. event.bytes, "d", event.digest)
      tail = tail + 1
      positions[event.id] = tail
      versions[event.subject] = version
      event.place = { tail, version, recorded_at }
      new_ids[#new_ids + 1] = event.id
      new_ids[#new_ids + 1] = position
      touched[event.subject] = true
    end
  end
end

local function remember()
  local fields = {}
  for subject in pairs(touched) do
    fields[#fields + 1] = subject
    fields[#fields + 1] = string.format("%d", versions[subject])
  end
  set(IDS, new_ids)
  set(VERSIONS, fields)
  redis.call("HSET", META, "recorded_ms", string.format("%d", recorded_ms))
end

local function places(kind, events)
  local answer = { kind }
  for _, event in ipairs(events) do
    local place = event.place or event.twin.place
    answer[#answer + 1] = tonumber(place[1])
    answer[#answer + 1] = tonumber(place[2])
    answer[#answer + 1] = place[3]
  end
  return answer
end

local function append(unit)
  local creates, reads = unit[1], unit[2]
  local events = take_events(unit[3], unit[4])
  if tail == 0 and not creates then return { "no such log" } end
  local known, reused = look_up(events)
  if known == #events and not reused then return places("repeated", events) end
  if tail > 0 and creates then return { "log exists" } end
  local refusal = reused or clash(reads)
  if refusal then return refusal end
  write(events)
  if creates then redis.call("HSET", META, "epoch", new_epoch) end
  return places("recorded", events)
end

local answers = {}
for index, unit in ipairs(units) do answers[index] = append(unit) end
if #new_ids > 0 then remember() end
return answers
