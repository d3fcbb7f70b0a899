import { bestPosition, seatBlocksOf, type FreePositions, type SeatBlock } from '@traffic-tacos/inventory';
import { amountMinor, SeededRandom } from '@traffic-tacos/kernel';
import { rounded, type Figures, type RunOptions, type Scenario } from '../scenario.ts';

const ROWS = 300;
const SEATS_PER_ROW = 50;
const SOLD_PERCENT = 95;
const WORD_BITS = 32;

/** The choice of the best seats alone, in a hall that is nearly sold out, where it has to look the furthest. */
export const bestSeats: Scenario = {
  name: 'best-seats',
  summary: 'choosing 1 to 4 seats side by side among 15,000 of which 95 % are sold, in microseconds of one core',
  bars: [{ figure: 'p99_us', atMost: 50 }],
  run: (options) => Promise.resolve(measure(options)),
};

function measure({ quick }: RunOptions): Figures {
  const random = new SeededRandom(1);
  const row = (number: number) => ({ kind: 'row', row: String(number), from: 1, to: SEATS_PER_ROW, firstSeat: number * SEATS_PER_ROW }) as const;
  const blocks = seatBlocksOf(
    { kind: 'seats', number: 0, id: 'S', name: 'S', priceMinor: amountMinor(1), runs: Array.from({ length: ROWS }, (_, at) => row(at)), blocked: [] }, 0,
  );
  const microseconds: number[] = [];
  for (let hall = 0; hall < (quick ? 5 : 200); hall++) {
    const free = nearlySoldOut(random);
    for (let choice = 0; choice < 100; choice++) microseconds.push(timeOf(blocks, free, 1 + (choice % 4)));
  }
  // The first halls warm the code up.
  const counted = microseconds.slice(microseconds.length / 5).sort((a, b) => a - b);
  const at = (share: number): number => rounded(counted[Math.floor(counted.length * share)] ?? Number.NaN, 1);
  return { choices: counted.length, p50_us: at(0.5), p99_us: at(0.99), most_us: at(0.9999) };
}

function timeOf(blocks: readonly SeatBlock[], free: FreePositions, quantity: number): number {
  const startedMs = performance.now();
  bestPosition(blocks, free, quantity);
  return (performance.now() - startedMs) * 1000;
}

function nearlySoldOut(random: SeededRandom): FreePositions {
  const words = new Uint32Array(Math.ceil((ROWS * SEATS_PER_ROW) / WORD_BITS) + 1);
  for (let seat = 0; seat < ROWS * SEATS_PER_ROW; seat++) {
    if (random.below(100) >= SOLD_PERCENT) words[seat >>> 5] = (words[seat >>> 5] ?? 0) | (1 << (seat & 31));
  }
  return {
    freeBits: (position) => {
      const shift = position & 31;
      const low = (words[position >>> 5] ?? 0) >>> shift;
      return shift === 0 ? low | 0 : low | ((words[(position >>> 5) + 1] ?? 0) << (WORD_BITS - shift));
    },
  };
}
