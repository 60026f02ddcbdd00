// A day by its hours: today as bars, the days it is compared with as lines. Loaded only by pages that show it.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

import { useWords } from "../app/session.tsx";
import { colourOf } from "../theme/theme.ts";

echarts.use([BarChart, LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

export interface HourSeries {
    name: string;
    token: "--series-1" | "--series-2" | "--series-3";
    values: (number | null)[];
}

interface Props {
    title: string;
    unit: string;
    series: HourSeries[];
    firstHour: number;
    lastHour: number;
}

function hourName(hour: number): string {
    return `${String(hour).padStart(2, "0")}:00`;
}

function optionOf({ unit, series, firstHour, lastHour }: Props, hourTitle: string): echarts.EChartsCoreOption {
    const [text, line] = [colourOf("--text-soft"), colourOf("--line")];
    const hours = Array.from({ length: lastHour - firstHour + 1 }, (_, i) => firstHour + i);
    return {
        animationDuration: 200,
        grid: { left: 46, right: 12, top: 28, bottom: 42 },
        tooltip: {
            trigger: "axis",
            renderMode: "richText", // HTML would need inline styles, which the content security policy refuses
            backgroundColor: colourOf("--surface"),
            borderColor: line,
            textStyle: { color: colourOf("--text") },
        },
        xAxis: { type: "category", name: hourTitle, nameLocation: "middle", nameGap: 26, data: hours.map(hourName), axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { color: text }, nameTextStyle: { color: text } },
        yAxis: { type: "value", name: unit, minInterval: 1, min: 0, splitLine: { lineStyle: { color: line } }, axisLabel: { color: text }, nameTextStyle: { color: text, align: "left" } },
        series: series.map((one, i) => ({
            name: one.name,
            type: i === 0 ? "bar" : "line",
            data: hours.map((hour) => one.values[hour] ?? null),
            color: colourOf(one.token),
            barMaxWidth: 26,
            itemStyle: { borderRadius: [3, 3, 0, 0] },
            lineStyle: { width: 2, type: i === 1 ? "solid" : "dashed" },
            symbol: i === 1 ? "circle" : "diamond",
            symbolSize: 6,
            connectNulls: false,
            z: i + 1,
        })),
    };
}

export default function HourChart({ title, unit, series, firstHour, lastHour }: Props) {
    const { t } = useWords();
    const place = useRef<HTMLDivElement>(null);
    const chart = useRef<echarts.ECharts>(undefined);

    useEffect(() => {
        if (!place.current) return;
        const made = echarts.init(place.current);
        chart.current = made;
        const observer = new ResizeObserver(() => made.resize());
        observer.observe(place.current);
        return () => {
            observer.disconnect();
            made.dispose();
        };
    }, []);

    useEffect(() => {
        const draw = (): void => chart.current?.setOption(optionOf({ title, unit, series, firstHour, lastHour }, t("hour")), { replaceMerge: ["series"] });
        draw();
        const dark = window.matchMedia("(prefers-color-scheme: dark)");
        window.addEventListener("vitrina-theme", draw);
        dark.addEventListener("change", draw);
        return () => {
            window.removeEventListener("vitrina-theme", draw);
            dark.removeEventListener("change", draw);
        };
    }, [title, unit, series, firstHour, lastHour, t]);

    return (
        <>
            <div ref={place} className="hour-chart" aria-hidden="true" />
            <div className="hidden-text">
                <table>
                    <caption>{title}</caption>
                    <thead>
                        <tr>
                            <th>{t("hour")}</th>
                            {series.map((one) => (
                                <th key={one.token}>{one.name}</th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {Array.from({ length: lastHour - firstHour + 1 }, (_, i) => firstHour + i).map((hour) => (
                            <tr key={hour}>
                                <th>{hourName(hour)}</th>
                                {series.map((one) => (
                                    <td key={one.token}>{one.values[hour] ?? t("unknown")}</td>
                                ))}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </>
    );
}
