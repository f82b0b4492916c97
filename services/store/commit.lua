-- Writes the views that a batch of events changed, with the checkpoint and one doorbell, or nothing.
--
-- KEYS: meta, log, changes and heir, then views, topics and snapshot of this build. ARGV: view
-- epoch, the checkpoint that the batch began after, the one it leads to, the topics for the
-- doorbell, how many doorbells and for how many seconds a build that is not served are kept, how
-- close behind the log a build is an heir, for how many milliseconds; then topic and view by turns.

local META, LOG, CHANGES, HEIR, VIEWS, TOPICS, SNAPSHOT = unpack(KEYS)
local view_epoch, doorbell_topics = ARGV[1], ARGV[4]
local after, to = tonumber(ARGV[2]), tonumber(ARGV[3])
local doorbells_kept, build_kept_seconds = ARGV[5], ARGV[6]
local heir_behind_max, heir_ms = tonumber(ARGV[7]), ARGV[8]
local FIRST_VIEW, AT_ONCE = 9, 1000 -- views a command, so that Lua's stack holds them

local log_epoch, generation = string.match(view_epoch, "^(.*)%-(%d+)$")
local epoch, serving = unpack(redis.call("HMGET", META, "epoch", "serving"))
if epoch ~= log_epoch then return { "rewound", epoch or "" } end

-- The build of another generation that is served, if it is of the same log.
local rival, rival_generation
if serving and serving ~= view_epoch then
  local rival_log_epoch
  rival_log_epoch, rival_generation = string.match(serving, "^(.*)%-(%d+)$")
  if rival_log_epoch == log_epoch then rival = serving end
end
-- What was replaced is never served again, so it is left to expire.
if rival and tonumber(rival_generation) > tonumber(generation) then
  return { "superseded", rival }
end

local length = redis.call("XLEN", LOG)
local checkpoint, begun = unpack(redis.call("HMGET", VIEWS, "@checkpoint", "@begun"))
checkpoint, begun = tonumber(checkpoint or 0), tonumber(begun or length)

-- The fold is deterministic: a checkpoint past this batch was reached with the same views.
if checkpoint ~= after then
  if checkpoint >= to then return { "already" } end
  return { "fenced", checkpoint }
end
if serving == view_epoch and to > after then
  local heir = redis.call("GET", HEIR)
  if heir and heir ~= view_epoch then return { "awaited", heir } end
end

for first = FIRST_VIEW, #ARGV, 2 * AT_ONCE do
  local last = math.min(first + 2 * AT_ONCE - 1, #ARGV)
  redis.call("HSET", VIEWS, unpack(ARGV, first, last))
  local members = {}
  for index = first, last, 2 do
    members[#members + 1] = "0"
    members[#members + 1] = ARGV[index]
  end
  redis.call("ZADD", TOPICS, unpack(members))
end
redis.call("HSET", VIEWS, "@checkpoint", ARGV[3], "@begun", begun)

local function each_key_of(build, command, ...)
  for _, key in ipairs({ VIEWS, TOPICS, SNAPSHOT }) do
    redis.call(command, string.sub(key, 1, -#view_epoch - 1) .. build, ...)
  end
end

local function ring(topics)
  redis.call("XADD", CHANGES, "MAXLEN", "~", doorbells_kept, "*",
    "epoch", view_epoch, "from", ARGV[2], "to", ARGV[3], "topics", topics)
end

-- A first build is served when it has seen what the log had when it was begun; a newer one when it
-- has seen what the served one has, so that no viewer goes back. Where both run after a log that
-- never rests, the served one waits for its heir.
local function takes_over()
  if to > length then return false end
  if not rival then return to >= begun end
  local rival_views = string.sub(VIEWS, 1, -#view_epoch - 1) .. rival
  if to >= tonumber(redis.call("HGET", rival_views, "@checkpoint") or 0) then return true end
  if length - to <= heir_behind_max then redis.call("SET", HEIR, view_epoch, "PX", heir_ms) end
  return false
end

if serving == view_epoch then
  if to > after then ring(doorbell_topics) end
elseif takes_over() then
  redis.call("HSET", META, "serving", view_epoch)
  redis.call("HDEL", META, "stopped")
  redis.call("DEL", HEIR)
  each_key_of(view_epoch, "PERSIST")
  ring("*")
  if serving then each_key_of(serving, "EXPIRE", build_kept_seconds) end
else
  each_key_of(view_epoch, "EXPIRE", build_kept_seconds)
end
return { "committed" }
