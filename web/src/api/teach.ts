// The routes of goods (docs/api.md, /api/teach), one function each, and what they answer.
import { change, get, withQuery } from "./client.ts";
import { sited } from "./site.ts";

/** A share with its interval. */
export interface Accuracy {
    value: number;
    low: number;
    high: number;
}

export interface GoodsCollectionSummary {
    id: number;
    name: string;
    classes: number;
    pictures: number;
    unlabelled: number;
    in_service: number | null;
    accuracy: Accuracy | null;
}

export interface GoodsLesson {
    collection: number;
    state: "running" | "done" | "failed" | "cancelled";
    author: string;
    begun: string;
    minutes_max: number;
    step: string;
    done: number;
    seconds_left: number | null;
    problem: string;
    version: number | null;
}

export interface Teaching {
    collections: GoodsCollectionSummary[];
    lesson: GoodsLesson | null;
    can_learn: boolean;
    picture_bytes_max: number;
    pictures_max: number;
}

export interface GoodsClass {
    id: string;
    name: string;
    pictures: number;
}

export interface GoodsPicture {
    id: string;
    name: string;
    class: string | null;
    added: string;
    twin_of: string | null;
}

export interface TellingPicture {
    id: string;
    truth: string;
    said: string;
    confidence: number;
}

/** An exported network: what it tells right of the pictures that were compared, its file, its time for one. */
export interface ExportFigures {
    accuracy: number;
    bytes: number;
    ms: number;
}

/** The exported network with float and with bytes, on pictures that the ranges of the bytes were not taken from. */
export interface Quantised {
    calibrated: number;
    compared: number;
    agreed: number;
    float32: ExportFigures;
    int8: ExportFigures;
}

export interface GoodsVersion {
    id: string;
    number: number;
    in_service: boolean;
    learnt: string;
    author: string;
    fingerprint: string;
    network: string;
    pictures: number;
    seconds: number;
    accuracy: Accuracy | null;
    balanced_accuracy: Accuracy | null;
    known_accepted: number;
    unknown_refused: number;
    threshold: number;
    trials: { network: string; accuracy: number }[];
    classes: { name: string; pictures: number; found: number; sure: number }[];
    mixups: { truth: string; said: string; count: number }[];
    most_confused: TellingPicture[];
    least_certain: TellingPicture[];
    quantised: Quantised | null;
    notes: string[];
}

export interface GoodsCollection {
    id: number;
    name: string;
    made: string;
    classes: GoodsClass[];
    pictures: GoodsPicture[];
    versions: GoodsVersion[];
    in_service: number | null;
    before: number | null;
}

export interface GoodsAnswer {
    version: number;
    known: boolean;
    class: string | null;
    confidence: number;
    guesses: { class: string; probability: number }[];
}

const collectionPath = (id: number): string => `/api/teach/collections/${id}`;

export const teachApi = {
    teaching: (signal?: AbortSignal) => get<Teaching>("/api/teach", signal),
    collection: (id: number, signal?: AbortSignal) => get<GoodsCollection>(collectionPath(id), signal),
    addCollection: (name: string) => change<GoodsCollection>("POST", "/api/teach/collections", { name }),
    renameCollection: (id: number, name: string) => change<GoodsCollection>("PATCH", collectionPath(id), { name }),
    removeCollection: (id: number) => change<void>("DELETE", collectionPath(id)),
    addClass: (id: number, name: string) => change<GoodsCollection>("POST", `${collectionPath(id)}/classes`, { name }),
    renameClass: (id: string, name: string) => change<GoodsCollection>("PATCH", `/api/teach/classes/${id}`, { name }),
    removeClass: (id: string) => change<void>("DELETE", `/api/teach/classes/${id}`),
    addPicture: (id: number, file: File, shows: string | undefined) =>
        change<GoodsPicture & { was_there: boolean }>("POST", withQuery(`${collectionPath(id)}/pictures`, { name: file.name, class: shows }), file),
    labelPicture: (id: string, shows: string | null) => change<void>("PATCH", `/api/teach/pictures/${id}`, { class: shows }),
    removePicture: (id: string) => change<void>("DELETE", `/api/teach/pictures/${id}`),
    previewAddress: (id: string) => sited(`/api/teach/pictures/${id}/preview.jpg`),
    learn: (id: number, minutesMax: number) => change<GoodsLesson>("POST", `${collectionPath(id)}/lesson`, { minutes_max: minutesMax }),
    cancelLesson: () => change<void>("DELETE", "/api/teach/lesson"),
    serve: (version: string) => change<GoodsCollection>("PUT", `/api/teach/versions/${version}/service`),
    rollBack: (id: number) => change<GoodsCollection>("POST", `${collectionPath(id)}/roll-back`),
    removeVersion: (version: string) => change<void>("DELETE", `/api/teach/versions/${version}`),
    reportAddress: (version: string) => sited(`/api/teach/versions/${version}/report.html`),
    onnxAddress: (version: string) => sited(`/api/teach/versions/${version}/model.onnx`),
    tryPicture: (id: number, file: File, version: number | undefined) => change<GoodsAnswer>("POST", withQuery(`${collectionPath(id)}/try`, { name: file.name, version }), file),
};
