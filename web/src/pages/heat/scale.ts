// Seconds to colours that grow evenly to the eye (the inferno scale of matplotlib, at 11 places).

const kInferno: readonly [number, number, number][] = [
    [0, 0, 4], [22, 11, 57], [66, 10, 104], [106, 23, 110], [147, 38, 103], [188, 55, 84],
    [221, 81, 58], [243, 120, 25], [252, 165, 10], [246, 215, 70], [252, 255, 164],
];

export type Colour = readonly [red: number, green: number, blue: number];

/** 0 to 1. */
export function colourAt(part: number): Colour {
    const place = Math.min(1, Math.max(0, part)) * (kInferno.length - 1);
    const below = Math.min(kInferno.length - 2, Math.floor(place));
    const a: Colour = kInferno[below] ?? [0, 0, 0];
    const b: Colour = kInferno[below + 1] ?? a;
    const mix = (i: 0 | 1 | 2): number => Math.round(a[i] + (b[i] - a[i]) * (place - below));
    return [mix(0), mix(1), mix(2)];
}

/** The top of the scale: what all but the most visited hundredth of the visited cells stay below, so that one cell
    where somebody stood all day doesn't hide the rest. */
export function topOf(seconds: readonly number[]): number {
    const visited = seconds.filter((value) => value > 0).sort((a, b) => a - b);
    return visited[Math.max(0, Math.ceil(visited.length * 0.99) - 1)] ?? 0;
}

/** Below this part of the scale the picture stays as it is. */
const kFaintPart = 0.12;

/** RGBA of each cell; those that nobody entered are clear. */
export function pixelsOf(seconds: readonly number[], top: number): Uint8ClampedArray<ArrayBuffer> {
    const pixels = new Uint8ClampedArray(seconds.length * 4);
    seconds.forEach((value, i) => {
        if (value <= 0 || top <= 0) return;
        const part = Math.min(1, value / top);
        const alpha = Math.round(255 * Math.min(1, part / kFaintPart));
        pixels.set([...colourAt(0.15 + 0.85 * part), alpha], i * 4);
    });
    return pixels;
}
