-- Appends units to one competition's log: each unit whole or not at all, each answered by itself.
--
-- KEYS: log, ids, versions, meta. ARGV[1] is MessagePack {epoch, position, new epoch, units};
-- ARGV[2] the string that the caller saw stored at that position; then two for each event: its
-- id and digest in 48 bytes, and capture's bytes, which follow the head that is written here.
-- A unit is {creates, {{subject, version its check read}, ...}, {subject of each event, ...}}; the
-- subject "log" is all of it, and its version is the position.
--
-- A script does not roll back, so all of a unit is checked before its first write. All keys of a
-- unit are known to be writable once the first XADD went through.

local LOG, IDS, VERSIONS, META = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local HEAD = '{"v":1,"position":%d,"version":%d,"recorded_at":"%s",'
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

local tail = redis.call("XLEN", LOG)
local time = redis.call("TIME")
local recorded_ms = math.max(
  tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000),
  tonumber(redis.call("HGET", META, "recorded_ms") or 0))
local recorded_at = rfc3339(recorded_ms)

local argument = 2
local versions = {} -- subject -> version, as the units before left it

local function version_of(subject)
  if subject == "log" then return tail end
  local version = versions[subject]
  if not version then
    version = tonumber(redis.call("HGET", VERSIONS, subject) or 0)
    versions[subject] = version
  end
  return version
end

local function take_events(subjects)
  local events, ids = {}, {}
  for index, subject in ipairs(subjects) do
    local key = ARGV[argument + 1]
    ids[index] = string.sub(key, 1, 16)
    events[index] = {
      id = ids[index], digest = string.sub(key, 17), subject = subject, bytes = ARGV[argument + 2],
    }
    argument = argument + 2
  end
  return events, ids
end

-- Gives each event that is known its place, counts them, and names the first known otherwise.
local function look_up(events, ids)
  local known = 0
  local first = {} -- id -> the event that carries it first in this unit
  for index, position in ipairs(redis.call("HMGET", IDS, unpack(ids))) do
    local event = events[index]
    local twin = first[event.id]
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
  local ids, touched = {}, {}
  for _, event in ipairs(events) do
    if not event.place and not event.twin then
      local version = version_of(event.subject) + 1
      local head = string.format(HEAD, tail + 1, version, recorded_at)
      redis.call("XADD", LOG, string.format("%d-0", tail + 1),
        "e", head .. event.bytes, "d", event.digest)
      tail = tail + 1
      versions[event.subject] = version
      event.place = { tail, version, recorded_at }
      ids[#ids + 1] = event.id
      ids[#ids + 1] = string.format("%d", tail)
      touched[#touched + 1] = event.subject
      touched[#touched + 1] = string.format("%d", version)
    end
  end
  redis.call("HSET", IDS, unpack(ids))
  redis.call("HSET", VERSIONS, unpack(touched))
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
  local creates, reads, subjects = unit[1], unit[2], unit[3]
  local events, ids = take_events(subjects)
  if tail == 0 and not creates then return { "no such log" } end
  local known, reused = look_up(events, ids)
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
return answers
