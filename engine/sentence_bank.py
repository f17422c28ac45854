"""Sentences that many people's photos answer: what is proposed to somebody who has not searched yet."""

from __future__ import annotations

SENTENCES: tuple[str, ...] = tuple(
    line.strip()
    for line in """
a dog running across the grass
two dogs playing together
a dog playing in the snow
a dog swimming in the water
a dog with a ball in its mouth
a dog asleep on a sofa
a cat lying on a bed
a cat looking out of a window
kittens playing
a horse in a meadow
somebody riding a horse
cows on a green pasture
sheep on a hillside
birds in the sky
a bird on a branch
ducks on a pond
a swan on a lake
seagulls above the sea
a squirrel in a park
a butterfly on a flower
a bee on a blossom
fish under water
an elephant with its trunk raised
a lion lying in the grass
monkeys in a tree
a child on a swing
a child on a slide
children playing in a park
children playing in the sand
a child splashing in water
a baby laughing
a baby asleep
a little girl in a dress
a boy eating ice cream
a child blowing soap bubbles
a family at the table
a grandmother with a baby
a child reading a book
children at school
a birthday cake with candles
a bride in a white dress
a couple kissing
a couple holding hands
friends laughing together
a group of friends posing for a photo
a man with a beard
an old man in a hat
a woman with sunglasses
a woman in a red dress
a portrait in black and white
a face seen from the side
people dancing
a large crowd
a band on a stage
somebody playing the guitar
a street musician
people in costumes
a carnival parade
fireworks at night
a campfire in the dark
a Christmas tree with lights
a lit candle
people sitting in a restaurant
friends drinking beer
a glass of red wine
a cup of coffee on a table
a plate of food
a pizza
a bowl of salad
fresh fruit at a market
vegetables in a basket
bread on a wooden board
a chocolate cake
sushi on a plate
meat on a barbecue
somebody cooking in a kitchen
a sunset over the sea
a sunrise in the mountains
a beach with palm trees
people walking along the beach
waves breaking on rocks
a surfer on a wave
a sailing boat on the water
boats at a pier
a lighthouse on the coast
a person in a kayak
swimmers in a pool
somebody jumping into the water
a man fishing
a river through a forest
a waterfall
a lake between mountains
mountains covered with snow
a hiker on a mountain trail
somebody climbing a rock face
a skier going downhill
a snowboarder in the air
children on a sledge
a snowman
a street covered with snow
trees with autumn leaves
a path through the woods
fog between trees
cherry trees in blossom
a field of sunflowers
a red flower close up
roses in a garden
mushrooms on the forest floor
green leaves with drops of water
a field of wheat
a desert with sand dunes
clouds in a blue sky
a rainbow
lightning in a dark sky
the moon at night
stars in the night sky
a tent in the wilderness
a bridge over a river
the skyline of a city at night
tall buildings seen from below
a narrow street in an old town
a busy street with people
people crossing a street
a market square
a church with a tower
a castle on a hill
the ruins of a temple
a statue in a square
a fountain in a park
graffiti on a wall
a staircase from above
an open door in an old wall
a small house in the country
a living room with a sofa
a desk with a computer
books on a shelf
people in a museum
a red car
an old car
a motorcycle racing
somebody riding a bicycle
a mountain biker on a trail
a train at a station
a bus in the street
an airplane in the sky
a hot-air balloon
a road through the countryside
a skateboarder doing a trick
a football match
players on a basketball court
a baseball player with a bat
a tennis player hitting a ball
people running a race
a dancer on a stage
somebody doing yoga
a reflection in still water
a silhouette against the sun
people with umbrellas in the rain
shadows on the ground
a person riding a bike
a child in a swimming pool
somebody jumping in the air
somebody climbing
a man in a red shirt
a smiling child
people sitting on a bench
people in a street
flowers in a garden
food on a table
a car on a road
a building against the sky
a boat on the water
trees in a forest
a mountain landscape
a screenshot of a text
a handwritten note
a receipt from a shop
a map
""".strip().splitlines()
)
