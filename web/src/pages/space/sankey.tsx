// People's ways through the departments as a Sankey diagram. Loaded only by the page that shows it.
import { SankeyChart } from "echarts/charts";
import { TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

import type { FlowStep } from "../../api/types.ts";
import { useWords } from "../../app/session.tsx";
import { number } from "../../i18n/format.ts";
import { zoneColour } from "../../theme/colours.ts";
import { colourOf } from "../../theme/theme.ts";
import { flowOf } from "./figures.ts";

echarts.use([SankeyChart, TooltipComponent, CanvasRenderer]);

interface Props {
    title: string;
    camera: string;
    steps: readonly FlowStep[];
}

interface Shown {
    dataType?: string;
    data: { source?: string; target?: string; value?: number; name?: string };
    value: number;
}

export default function Sankey({ title, camera, steps }: Props) {
    const { t, language } = useWords();
    const place = useRef<HTMLDivElement>(null);

    useEffect(() => {
        if (!place.current) return;
        const chart = echarts.init(place.current);
        const { nodes, links } = flowOf(steps);
        const nameOf = new Map(nodes.map((node) => [node.id, node.name === "entrance" ? t("space.entrance") : node.name === "exit" ? t("space.exit") : node.name]));
        const name = (id: string | undefined): string => nameOf.get(id ?? "") ?? "";
        const draw = (): void => {
            chart.setOption({
                animationDuration: 200,
                tooltip: {
                    renderMode: "richText", // HTML would need inline styles, which the content security policy refuses
                    backgroundColor: colourOf("--surface"),
                    borderColor: colourOf("--line"),
                    textStyle: { color: colourOf("--text") },
                    formatter: ({ dataType, data, value }: Shown) => (dataType === "edge" ? `${name(data.source)} → ${name(data.target)}: ${number(value, language)}` : `${name(data.name)}: ${number(value, language)}`),
                },
                series: {
                    type: "sankey",
                    left: 8,
                    right: 110,
                    top: 8,
                    bottom: 8,
                    nodeGap: 10,
                    nodeWidth: 12,
                    draggable: false,
                    emphasis: { focus: "adjacency" },
                    lineStyle: { color: "gradient", opacity: 0.35, curveness: 0.5 },
                    label: { color: colourOf("--text"), fontSize: 12, formatter: ({ name: id }: { name: string }) => name(id) },
                    data: nodes.map((node) => ({ name: node.id, depth: node.depth, itemStyle: { color: node.name === "entrance" || node.name === "exit" ? colourOf("--line-strong") : zoneColour(camera, node.name), borderWidth: 0 } })),
                    links,
                },
            });
        };
        draw();
        const observer = new ResizeObserver(() => chart.resize());
        observer.observe(place.current);
        const dark = window.matchMedia("(prefers-color-scheme: dark)");
        window.addEventListener("vitrina-theme", draw);
        dark.addEventListener("change", draw);
        return () => {
            observer.disconnect();
            window.removeEventListener("vitrina-theme", draw);
            dark.removeEventListener("change", draw);
            chart.dispose();
        };
    }, [camera, steps, t, language]);

    const named = (zone: string): string => (zone === "entrance" ? t("space.entrance") : zone === "exit" ? t("space.exit") : zone);
    return (
        <>
            <div ref={place} className="sankey" aria-hidden="true" />
            <div className="hidden-text">
                <table>
                    <caption>{title}</caption>
                    <thead>
                        <tr>
                            <th>{t("space.step")}</th>
                            <th>{t("space.from")}</th>
                            <th>{t("space.to")}</th>
                            <th>{t("space.people")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {steps.map((step) => (
                            <tr key={`${step.step} ${step.from} ${step.to}`}>
                                <td>{step.step + 1}</td>
                                <td>{named(step.from)}</td>
                                <td>{named(step.to)}</td>
                                <td>{step.people}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </>
    );
}
