-- Writes the views that a batch of events changed, with the checkpoint and one doorbell, or nothing.
--
-- KEYS: meta, log, changes, then views, topics and snapshot of this build. ARGV: view epoch, the
-- checkpoint that the batch began after, the one it leads to, the topics for the doorbell, how many
-- doorbells and for how many seconds a replaced build are kept; then topic and view by turns.

local META, LOG, CHANGES, VIEWS, TOPICS, SNAPSHOT = unpack(KEYS)
local view_epoch, doorbell_topics = ARGV[1], ARGV[4]
local after, to = tonumber(ARGV[2]), tonumber(ARGV[3])
local doorbells_kept, build_kept_seconds = ARGV[5], ARGV[6]
local FIRST_VIEW, AT_ONCE = 7, 1000 -- views a command, so that Lua's stack holds them

local log_epoch, generation = string.match(view_epoch, "^(.*)%-(%d+)$")
local epoch, serving = unpack(redis.call("HMGET", META, "epoch", "serving"))
if epoch ~= log_epoch then return { "rewound", epoch or "" } end

-- The fold is deterministic: a checkpoint past this batch was reached with the same views.
local checkpoint = tonumber(redis.call("HGET", VIEWS, "@checkpoint") or 0)
if checkpoint ~= after then
  if checkpoint >= to then return { "already" } end
  return { "fenced", checkpoint }
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
redis.call("HSET", VIEWS, "@checkpoint", ARGV[3])

local function replaces(other)
  if not other then return true end
  local other_log_epoch, other_generation = string.match(other, "^(.*)%-(%d+)$")
  return other_log_epoch ~= log_epoch or tonumber(generation) > tonumber(other_generation)
end

local function ring(topics)
  redis.call("XADD", CHANGES, "MAXLEN", "~", doorbells_kept, "*",
    "epoch", view_epoch, "from", ARGV[2], "to", ARGV[3], "topics", topics)
end

local function let_expire(build)
  for _, key in ipairs({ VIEWS, TOPICS, SNAPSHOT }) do
    redis.call("EXPIRE", string.sub(key, 1, -#view_epoch - 1) .. build, build_kept_seconds)
  end
end

if serving == view_epoch then
  if to > after then ring(doorbell_topics) end
elseif to == redis.call("XLEN", LOG) and replaces(serving) then
  redis.call("HSET", META, "serving", view_epoch)
  ring("*")
  if serving then let_expire(serving) end
end
return { "committed" }
