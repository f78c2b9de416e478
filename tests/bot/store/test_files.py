"""What a citizen sends is kept with the talk, sealed, and erased with it."""

from dataclasses import replace

from sqlalchemy import Connection, LargeBinary, select, type_coerce

from bot.messages import File
from bot.store import Store, files, messages
from bot.store.tables import addresses
from bot.store.tables import files as rows
from tests.bot.house import House

PHOTO = File("extract.jpg", "image/jpeg", b"\xff\xd8\xff the child is called Ana")


async def send(house: House, who: str) -> None:
    message = replace(house.message(who, "here it is"), file=PHOTO)
    await messages.accept(house.store, message, private=False)


async def kept(house: House, who: str) -> tuple[File, ...]:
    whose = select(addresses.c.citizen).where(addresses.c.name == who)
    citizen = await house.store.read(lambda connection: connection.execute(whose).scalar_one())
    return await house.store.read(files.sent_by, citizen)


async def test_a_photo_is_kept_for_the_one_who_sent_it(house: House) -> None:
    await send(house, "anna")
    await house.hear("boris", "hello")

    assert await kept(house, "anna") == (PHOTO,)
    assert await kept(house, "boris") == ()


async def test_a_photo_sent_twice_by_the_platform_is_kept_once(house: House) -> None:
    message = replace(house.message("anna", "", "same"), file=PHOTO)
    await messages.accept(house.store, message, private=False)

    await messages.accept(house.store, message, private=False)

    assert len(await kept(house, "anna")) == 1


async def test_whoever_finds_the_database_cannot_read_the_photo(house: House, store: Store) -> None:
    await send(house, "anna")

    def raw(connection: Connection) -> bytes:
        columns = (type_coerce(column, LargeBinary) for column in (rows.c.name, rows.c.content))
        return b"".join(map(bytes, connection.execute(select(*columns)).one()))

    assert b"Ana" not in await store.read(raw)
    assert b"extract" not in await store.read(raw)


async def test_whoever_is_forgotten_leaves_no_photo(house: House) -> None:
    await send(house, "anna")
    await house.answer_all()

    await house.hear("anna", "forget")

    assert await kept(house, "anna") == ()
