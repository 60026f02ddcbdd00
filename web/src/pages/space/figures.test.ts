import { describe, expect, it } from "vitest";

import type { ZoneUse } from "../../api/types.ts";
import { departmentsOf, flowOf, periodBefore } from "./figures.ts";

describe("flowOf", () => {
    it("keeps steps apart, so that who goes back makes no circle", () => {
        const { nodes, links } = flowOf([
            { step: 0, from: "entrance", to: "bread", people: 100 },
            { step: 1, from: "bread", to: "milk", people: 60 },
            { step: 2, from: "milk", to: "bread", people: 20 },
            { step: 1, from: "bread", to: "exit", people: 40 },
        ]);
        expect(nodes.map((node) => node.id)).toEqual(["0 entrance", "1 bread", "2 milk", "3 bread", "2 exit"]);
        expect(links).toContainEqual({ source: "2 milk", target: "3 bread", value: 20 });
        const depth = (id: string): number => nodes.find((node) => node.id === id)?.depth ?? -1;
        for (const link of links) expect(depth(link.target)).toBe(depth(link.source) + 1);
    });

    it("leaves out threads that nobody can follow", () => {
        const { links } = flowOf([
            { step: 0, from: "entrance", to: "bread", people: 1000 },
            { step: 1, from: "bread", to: "wine", people: 4 },
        ]);
        expect(links).toHaveLength(1);
    });

    it("has nothing to show of nobody", () => {
        expect(flowOf([])).toEqual({ nodes: [], links: [] });
    });
});

describe("departmentsOf", () => {
    const zone = (name: string, kind: ZoneUse["kind"]): ZoneUse => ({ zone: name, kind, passed: 0, stopped: 0, touched: 0, paid_later: 0, reach: 0, attraction: 0, holding_s: 0, presence_h: 0 });

    it("takes areas only where there is no department", () => {
        expect(departmentsOf([zone("a", "area"), zone("b", "queue")]).map((one) => one.zone)).toEqual(["a"]);
        expect(departmentsOf([zone("a", "area"), zone("c", "department")]).map((one) => one.zone)).toEqual(["c"]);
    });
});

describe("periodBefore", () => {
    it("is as long, and ends where the other begins", () => {
        const before = periodBefore({ from: new Date("2026-11-20T00:00:00Z"), to: new Date("2026-11-27T00:00:00Z") });
        expect(before.from.toISOString()).toBe("2026-11-13T00:00:00.000Z");
        expect(before.to.toISOString()).toBe("2026-11-20T00:00:00.000Z");
    });
});
