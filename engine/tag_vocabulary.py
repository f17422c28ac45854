"""Words for tags that are proposed before a library has tags of its own: things, places and doings that photos show."""

from __future__ import annotations

WORDS: tuple[str, ...] = tuple(
    word.strip()
    for word in """
airplane, archery, armchair, art, balcony, ball, balloon, band, barbecue, baseball, basketball, bath, beach,
bear, bed, bee, bench, bicycle, bird, birthday cake, blossom, boat, bonfire, book, boots, bottle, bridge, bride,
building, bus, butterfly, cafe, camel, camera, camping, candle, canoe, car, carnival, castle, cat, cathedral,
chess, chicken, child, Christmas tree, church, city, cliff, climbing, clouds, coffee, computer, concert,
construction, cooking, costume, cow, crowd, cyclist, dancing, deer, desert, dinner, diving, dog, dolphin, door,
drawing, dress, drink, drums, duck, elephant, escalator, family, farm, fence, field, fire, fireworks, fish,
fishing, flag, flowers, fog, food, football, forest, fountain, fox, frisbee, fruit, garden, giraffe, glacier,
glasses, goat, golf, graffiti, grass, guitar, gymnastics, hands, harbour, hat, hiking, hill, hockey, horse,
horse riding, hospital, hotel, house, ice, ice cream, insect, island, juggling, jumping, karate, kayak, kiss,
kitchen, kite, ladder, lake, lamp, laptop, leaves, library, lighthouse, lion, market, meadow, meeting, mirror,
monkey, mosque, motorcycle, mountain, mountain bike, museum, mushroom, musician, night, office, orchestra,
ostrich, painting, palm tree, panda, parade, park, party, penguin, people, phone, piano, picnic, pier, pigeon,
playground, playing, police, pond, portrait, pumpkin, puppy, rabbit, race, railway, rain, rainbow, reading,
reflection, restaurant, river, road, rock climbing, rocks, rope, rugby, ruins, running, sailing, sand,
sculpture, sea, seagull, selfie, shadow, sheep, ship, shop, silhouette, singing, skateboard, skiing, skyline,
sledge, sleeping, slide, smile, snow, snowboard, snowman, soccer, soldier, spider, squirrel, stadium, stage,
stairs, stars, statue, storm, street, street musician, student, suit, sunflower, sunglasses, sunset, surfing,
swan, swimming, swimming pool, swing, table, tattoo, temple, tennis, tent, tiger, toddler, tower, toy, tractor,
traffic, train, trampoline, tree, truck, tunnel, turtle, umbrella, vegetables, volleyball, waterfall, waves,
wedding, whale, wheelchair, window, wine, winter, wolf, woman, wrestling, yoga, zebra, zoo
""".replace("\n", " ").split(",")
)
