-- SPDX-License-Identifier: MIT OR Apache-2.0
-- Tables, strings, closures, coroutines, errors: what allocates in Lua.
local words = {}
for i = 1, 300 do
  words[#words + 1] = ("word %x of some length"):format(i * 7919 % 1009)
end
table.sort(words, function(a, b) return a > b end)
print(#table.concat(words, ","), words[1], words[300])

local count = {}
for word in table.concat(words, " "):gmatch("%w+") do
  count[word] = (count[word] or 0) + 1
end
local different = 0
for _ in pairs(count) do different = different + 1 end
print(different, count.word)

local function tree(depth)
  return depth > 0 and { tree(depth - 1), tree(depth - 1) } or {}
end
local function nodes(t)
  return t[1] and 1 + nodes(t[1]) + nodes(t[2]) or 1
end
print(nodes(tree(8)))

local steps = {}
for i = 1, 20 do
  steps[i] = coroutine.wrap(function(...)
    local sum = 0
    for _, n in ipairs { ... } do
      sum = sum + n
      coroutine.yield(("%d after %s"):format(sum, n))
    end
    return sum
  end)
end
for i, step in ipairs(steps) do steps[i] = step(i, i + 1, i + 2) .. step() .. step() end
print(steps[20])

local object = setmetatable({}, { __gc = function() print("collected") end,
  __index = function(t, k) rawset(t, k, k .. k) return t[k] end })
print(object.a, object.long_name)
object = nil
collectgarbage()

local text = ("x"):rep(5000):gsub("x", { x = "yz" }):upper():reverse()
print(#text, load("return ...")(#text))
print(collectgarbage("count") < 2000)
