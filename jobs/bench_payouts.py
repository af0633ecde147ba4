"""The writer's half of `ura bench payouts`: orders for a bank beside sepaxml, in one run.

Each way runs in a process of its own, from an iterator of the same payments, with no database on
either side. Ours counts its totals again, validates by the published schema and hashes; the
peer is used with its defaults, save that its own validation is left out where it cannot do it: it
refuses more than a million elements. Times of one run are compared with each other, never across.
"""

import asyncio
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from datetime import time as clock_time
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import msgspec
from sepaxml import SepaTransfer

from jobs.bench import BenchFailed
from service.bank.outgoing import Payment, PaymentOrder
from service.bank.pain001 import stream_order
from service.bank_profiles.model import AddressForm, BankProfile, ChargeBearer, MessageVersion
from service.ids import BankProfileId
from service.money import Cents

ROUNDS = 3
KIBIBYTES_IN_MEBIBYTE = 1024
EXECUTE_ON = date(2026, 11, 3)
MOMENT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PROFILE = BankProfile(
    id=BankProfileId(UUID(int=1)),
    name="bench",
    number=1,
    debtor_name="Agjencia e Punesimit",
    debtor_iban="XK051000130000041708",
    debtor_bic="AGPNXKPR",
    version=MessageVersion.V09,
    service_level=None,
    charge_bearer=ChargeBearer.SHARED,
    purpose="AEMP",
    category_purpose="GOVT",
    address_form=AddressForm.NONE,
    is_batch_booked=True,
    letters="",
    payments_per_file_max=1_000_000,
    file_cents_max=Cents(99_999_999_999),
    payment_cents_max=Cents(99_999_999_999),
    payee_cents_max=None,
    cut_off=clock_time(14),
    days_ahead_max=30,
    proposed_at=MOMENT,
    proposed_by=None,
    confirmed_at=MOMENT,
    refused_at=None,
    retired_at=None,
)

Say: TypeAlias = Callable[[str], None]


class Written(msgspec.Struct, frozen=True):
    """One way of writing one number of payments: seconds by the clock and of a processor, the most
    memory in kibibytes, and how many bytes came out."""

    way: str
    payments: int
    seconds: float
    processor_seconds: float
    kibibytes: int
    byte_count: int


def payments(count: int) -> Iterator[Payment]:
    """Payments that differ in identifier and amount, made as they are asked for."""
    for number in range(count):
        yield Payment(
            end_to_end_id=f"E{number:026d}-1",
            payee_name="Furra Celiku Sh.p.k.",
            iban="XK051212012345678906",
            amount_cents=Cents(35_000 + number % 100),
            text="I-7K3M92QFA0 2026-10",
        )


def order(count: int) -> PaymentOrder:
    """An order of so many payments."""
    cents = 35_000 * count + sum(number % 100 for number in range(count))
    return PaymentOrder(
        message_id="M-BENCH",
        block_id="P-BENCH",
        created_at=MOMENT,
        execute_on=EXECUTE_ON,
        profile=PROFILE,
        approved_count=count,
        approved_cents=Cents(cents),
        payments=payments(count),
    )


def write_ours(count: int) -> int:
    """Ours with all its checks; answers the bytes written."""
    digest, byte_count = sha256(), 0
    for piece in stream_order(order(count)):
        digest.update(piece)
        byte_count += len(piece)
    return byte_count


def write_ours_unvalidated(count: int) -> int:
    """Ours without the schema, to show what the schema costs."""
    return sum(len(piece) for piece in stream_order(order(count), is_validated=False))


def write_sepaxml(count: int) -> int:
    """The peer; its own validation stops at a million elements, so it is left out."""
    other = SepaTransfer(
        {
            "name": PROFILE.debtor_name,
            "IBAN": PROFILE.debtor_iban,
            "BIC": PROFILE.debtor_bic,
            "batch": True,
            "currency": "EUR",
        },
        schema="pain.001.001.09",
    )
    for one in payments(count):
        other.add_payment(
            {
                "name": one.payee_name,
                "IBAN": one.iban,
                "amount": one.amount_cents,
                "execution_date": EXECUTE_ON,
                "description": one.text,
                "endtoend_id": one.end_to_end_id,
            }
        )
    return len(other.export(validate=False))


WAYS: dict[str, Callable[[int], int]] = {
    "ours": write_ours,
    "no schema": write_ours_unvalidated,
    "sepaxml": write_sepaxml,
}


async def measure(way: str, count: int) -> Written:
    """One way in a process of its own; BenchFailed with its last words when it ends badly."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "jobs.bench_payouts", way, str(count)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, wrong = await process.communicate()
    if process.returncode:
        raise BenchFailed(f"{way}: {wrong.decode().strip().splitlines()[-1]}")
    return msgspec.json.decode(said, type=Written)


async def bench_writers(sizes: Sequence[int], *, say: Say, rounds: int = ROUNDS) -> list[Written]:
    """Each way and size, the best of a few rounds by turns, so that a busy moment hits all alike.

    The ratio is that of processor time: what others do on the machine meanwhile does not count.
    """
    found: list[Written] = []
    for size in sizes:
        turns = [[await measure(way, size) for way in WAYS] for _ in range(rounds)]
        best = [
            min(ways, key=lambda one: one.processor_seconds) for ways in zip(*turns, strict=True)
        ]
        found += best
        for one in best:
            say(f"{size:,} payments, {one.way}: {one.processor_seconds:.2f} s of a processor")
    return found


def table(written: Sequence[Written]) -> list[tuple[str, ...]]:
    """The rows of a report: a heading, then each way with its ratio to the peer of its size."""
    peer = {one.payments: one for one in written if one.way.startswith("sepaxml")}
    head = ("payments", "way", "seconds", "processor s", "× sepaxml", "peak MiB", "file MB")
    return [
        head,
        *(
            (
                f"{one.payments:,}",
                one.way,
                f"{one.seconds:.2f}",
                f"{one.processor_seconds:.2f}",
                f"{one.processor_seconds / peer[one.payments].processor_seconds:.2f}",
                f"{one.kibibytes / KIBIBYTES_IN_MEBIBYTE:.0f}",
                f"{one.byte_count / 1e6:.1f}",
            )
            for one in written
        ),
    ]


def _run(way: str, count: int) -> Written:
    """Measures in this process: both times, and the most memory that it ever held."""
    begun, begun_processor = time.perf_counter(), time.process_time()
    byte_count = WAYS[way](count)
    seconds, spent = time.perf_counter() - begun, time.process_time() - begun_processor
    return Written(way, count, seconds, spent, _peak_kibibytes(), byte_count)


def _peak_kibibytes() -> int:
    """The most that this process held; where the kernel tells it, since the program began."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM:"))
    return int(line.split()[1])


if __name__ == "__main__":
    sys.stdout.write(json.dumps(msgspec.to_builtins(_run(sys.argv[1], int(sys.argv[2])))))
