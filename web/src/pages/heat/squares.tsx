// A heat map's squares, to lie over a picture, and what their colours mean.
import { useEffect, useRef, type CSSProperties } from "react";

import { colourAt, pixelsOf } from "./scale.ts";

interface SquaresProps {
    values: readonly number[];
    columns: number;
    rows: number;
    /** From which value on all is of one colour. */
    top: number;
    label: string;
    style: CSSProperties;
}

export function HeatSquares({ values, columns, rows, top, label, style }: SquaresProps) {
    const canvas = useRef<HTMLCanvasElement>(null);
    useEffect(() => {
        const context = canvas.current?.getContext("2d");
        if (!context || columns === 0) return;
        // One pixel a square: the browser smooths when it stretches.
        context.putImageData(new ImageData(pixelsOf(values, top), columns, rows), 0, 0);
    }, [values, top, columns, rows]);
    return <canvas ref={canvas} width={columns} height={rows} role="img" aria-label={label} style={style} />;
}

export function HeatLegend({ title, top, shown }: { title: string; top: number; shown: (value: number) => string }) {
    const bar = useRef<HTMLCanvasElement>(null);
    useEffect(() => {
        const context = bar.current?.getContext("2d");
        for (let x = 0; context && x < 256; ++x) {
            context.fillStyle = `rgb(${colourAt(0.15 + (0.85 * x) / 255).join(" ")})`;
            context.fillRect(x, 0, 1, 1);
        }
    }, []);
    return (
        <div className="heat-legend">
            <span>{title}</span>
            <canvas ref={bar} width="256" height="1" aria-hidden="true" />
            <p>
                <span>{shown(0)}</span>
                <span>{shown(top / 2)}</span>
                <span>≥ {shown(top)}</span>
            </p>
        </div>
    );
}
