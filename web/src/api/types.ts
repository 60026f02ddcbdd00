// What the server says, as docs/api.md describes it.

export type Role = "administrator" | "manager" | "analyst" | "guard" | "staff";
export type Language = "en" | "ru";
export type CameraStatus = "connecting" | "live" | "silent" | "alarm" | "paused";
export type Point = [x: number, y: number];

export interface Me {
    user: { id: number; name: string; role: Role; language: Language };
    forgery_token: string;
}

export interface User {
    id: number;
    name: string;
    role: Role;
    language: Language;
    disabled: boolean;
    created: string;
}

export interface Token {
    id: number;
    name: string;
    scope: "read" | "write" | "receipts";
    created: string;
    expires: string | null;
    used: string | null;
    token?: string;
}

export interface ShopInfo {
    name: string;
    time_zone: string;
    /** When its days begin by its clock: "00:00", later where it is open past midnight. */
    day_begins: string;
    /** Days on which it stays closed: "2026-12-31". */
    closed: string[];
    version: string;
    now: string;
    first_event: string | null;
    disk_full: boolean;
    /** There was no room to set any aside for when the disk is full. */
    disk_low: boolean;
    /** Whether staff are told from customers: looks at people are switched off, not enough was taught, or they are. */
    staff: "off" | "untaught" | "taught";
    /** All shops of this server, the one to begin with first; none where there is only one. */
    sites: SiteLink[];
    /** How far the past of a simulated shop has been made up. */
    simulation: { days: number; done: number; live: boolean } | null;
    /** Only in answers of a simulated shop. */
    simulated?: true;
}

export interface SiteLink {
    name: string;
    /** "" or "/simulated" */
    path: string;
    simulated: boolean;
}

/** What is wrong with a camera though pictures come. */
export const kTroubles = ["frozen", "black", "overexposed", "covered", "blurred", "moved", "clock_drift", "other_shape", "clock_apart", "late"] as const;
export type TroubleName = (typeof kTroubles)[number];

/** What makes a fact less certain: silent, the camera gave no pictures. */
export type NoteName = TroubleName | "silent";

/** How the view lies to the one that was learnt; null when it is another one altogether. */
export interface Move {
    dx_px: number;
    dy_px: number;
    rotation_deg: number;
    zoom: number;
}

export interface CameraTrouble {
    trouble: TroubleName;
    since: string;
    move: Move | null;
}

export interface Camera {
    id: string;
    name: string;
    address: string;
    view_address: string;
    has_password: boolean;
    udp: boolean;
    read_only: boolean;
    paused: boolean;
    /** Nobody real is seen. */
    simulated: boolean;
    status: CameraStatus;
    reason: string;
    reason_code: string;
    codec: string;
    width: number;
    height: number;
    frame_rate: number;
    analysed_rate: number;
    bit_rate: number;
    jitter_ms: number;
    clock_offset_ms: number;
    /** Against other cameras of the floor plan, learnt from people whom two of them see; null: not known. */
    plan_clock?: { offset_ms: number; error_ms: number } | null;
    analysis_delay_ms_p95: number;
    decoded: number;
    analysed: number;
    skipped: number;
    damaged: number;
    reconnects: number;
    without_picture_s: number;
    troubles: CameraTrouble[];
    people: number;
    layout: string;
    mp4: boolean;
}

export interface CameraInput {
    name?: string;
    address?: string;
    view_address?: string;
    user?: string;
    password?: string;
    udp?: boolean;
    paused?: boolean;
}

/** A camera as it stands in the form, tried before it is saved; `id` of one whose saved password is to be used. */
export type CameraTrial = Pick<CameraInput, "address" | "view_address" | "user" | "password" | "udp"> & { id?: string };

export interface Zone {
    name: string;
    polygon: Point[];
    /** area where it is left out */
    kind?: "area" | "department" | "queue" | "service" | "cashier" | "staff";
    /** of a queue, service or cashier zone */
    till?: string;
}

export interface Line {
    name: string;
    from: Point;
    to: Point;
}

/** Where goods are seen in the picture; drawn in a file for now, and kept by the editor. */
export interface Shelf {
    name: string;
    polygon: Point[];
    sections?: Zone[];
}

export interface Layout {
    version: string;
    valid_from: string;
    author: string;
    picture: { width: number; height: number };
    zones: Zone[];
    lines: Line[];
    shelves?: Shelf[];
}

export type LayoutChange = "drawn_wrong" | "moved_now";

export interface TrackedPerson {
    person: number;
    label: string;
    box: [x: number, y: number, width: number, height: number];
    score: number;
    zones: string[];
    /** Who it is on the floor plan, once that is known. */
    plan_person?: number;
    posture?: "unknown" | "standing" | "walking" | "reaching" | "bending" | "sitting";
    /** Where the body faces: 0 to the right of the picture, 90 to the camera, 180 to the left, 270 away from it. */
    facing_deg?: number;
    /** x, y and score of the 17 joints of COCO. */
    pose?: number[];
}

export interface Tracks {
    camera: string;
    media_time_s: number;
    at: string;
    width: number;
    height: number;
    people: TrackedPerson[];
}

/** Somebody on the floor plan, joined from all cameras that see him. */
export interface PersonNow {
    person: number;
    label: string;
    /** Metres. */
    place: Point;
    /** How sure the place is: a standard deviation. */
    spread_m: number;
    /** How tall, shoes included: bounds. Known once he was seen walking. */
    height_m?: [low: number, high: number];
    zones: string[];
}

export interface PlanNow {
    at: string;
    people: PersonNow[];
}

export interface Fact {
    seq: number;
    op: "add" | "amend" | "retract";
    recorded: string;
    kind: "visit" | "crossing" | "occupancy" | "touch" | "queue" | "wait" | "service" | "label" | "work" | "stand" | "talk" | "traits";
    id: string;
    rev: number;
    camera: string;
    person?: number;
    zone?: string;
    line?: string;
    direction?: Direction;
    people?: number;
    begin?: string;
    end?: string;
    at?: string;
}

export interface Now {
    people: number;
    zones: { camera: string; zone: string; people: number }[];
    cameras: { id: string; status: CameraStatus; reason: string; reason_code: string }[];
    at: string;
}

export interface QueueBin {
    from: string;
    /** null where nothing is known. */
    length_mean: number | null;
    longest: number | null;
}

export interface QueueCount {
    camera: string;
    queue: string;
    /** People who wait, those being served not counted. */
    length: number;
    /** What somebody who joins may expect. */
    wait_s: number;
    at: string | null;
    /** People who wait now; null: nobody knows, or now is not in the span. */
    now: number | null;
    longest: number;
    served: number;
    abandoned: number;
    moved: number;
    wait_median_s: number | null;
    wait_p90_s: number | null;
    wait_longest_s: number | null;
    bins: QueueBin[];
}

/** Of people who wait; eight times of ten it is from low to high. */
export interface QueueOutlook {
    minutes: number;
    expected: number;
    median: number;
    low: number;
    high: number;
    over_limit: number;
    tills_open: number;
}

export interface QueueForecast {
    camera: string;
    at: string;
    waiting: number;
    queues: { queue: string; till: string; length: number; wait_s: number; open: boolean }[];
    /** That were learnt from. */
    days: number;
    length_limit: number;
    outlooks: QueueOutlook[];
    advice: { till: string; said: string; open_at: string; expected: number; chance: number } | null;
}

export type FindingKind = "off_the_way" | "walked_through" | "sells_little" | "dead_floor";

/** What is wrong with the zoning; dead floor has square metres and zones, the others a share of people. */
export interface Finding {
    kind: FindingKind;
    zone?: string;
    part?: number;
    whole?: number;
    share?: number;
    usual?: number;
    square_m?: number;
    zones?: string[];
}

export interface ZoneUse {
    zone: string;
    kind: "area" | "department" | "queue" | "service" | "cashier" | "staff";
    passed: number;
    stopped: number;
    touched: number;
    /** null: no till is in the picture. */
    paid_later: number | null;
    reach: number;
    attraction: number;
    holding_s: number;
    presence_h: number;
    /** Receipts with something that lies there; null: nothing is known to; missing where no sales are known. */
    bought?: number | null;
}

export interface FixtureUse {
    fixture: string;
    passed: number;
    stopped: number;
    touched: number;
    standing_h: number;
    /** As `bought` of a zone. */
    receipts?: number | null;
    sold?: number | null;
    amount_minor?: number | null;
}

/** A step of people's ways: the first to their first department is step 0. */
export interface FlowStep {
    step: number;
    from: string;
    to: string;
    people: number;
}

export type FloorMapName = "presence_s" | "standing_s" | "touches" | "entries";

/** How a floor is used; metres are those of its plan. */
export interface Space {
    camera: string;
    width_m: number;
    depth_m: number;
    people: number;
    zones: ZoneUse[];
    fixtures: FixtureUse[];
    steps: FlowStep[];
    findings: Finding[];
    paths: { path: string[]; people: number }[];
    dead_areas: { x_m: number; y_m: number; width_m: number; depth_m: number; square_m: number; squares: number[] }[];
    heat: { cell_m: number; columns: number; rows: number } & Record<FloorMapName, number[]>;
    /** Who left within a minute and stopped nowhere; null: no line is in the picture. */
    bounce: { entered: number; bounced: number; share: Share | null } | null;
    /** null: there is no planogram, or no receipt. */
    sales: { receipts: number; amount_minor: number; unplaced: number; currency: string } | null;
}

export type ComparedShare = "reach" | "attraction" | "touching" | "paid_later";

export interface PartOf {
    part: number;
    whole: number;
    /** null: of nobody. */
    share: number | null;
}

export interface ComparedZone {
    zone: string;
    what: ComparedShare;
    before: PartOf;
    after: PartOf;
    difference: number;
    low: number;
    high: number;
    p: number;
    significant: boolean;
}

export interface SpaceComparison {
    before: { from: string; to: string; people: number };
    after: { from: string; to: string; people: number };
    zones: ComparedZone[];
}

export interface ZoneCount {
    camera: string;
    zone: string;
    visits: number;
    people: number;
    /** null where there was no visit. */
    dwell_median_s: number | null;
    dwell_mean_s: number | null;
    /** The camera's people are counted on the floor plan too. */
    joined?: boolean;
}

export interface LineCount {
    camera: string;
    line: string;
    in: number;
    out: number;
    /** As in ZoneCount. */
    joined?: boolean;
}

export interface Bucket {
    from: string;
    to: string;
    zones: ZoneCount[];
    lines: LineCount[];
    /** Visitors who came in, each once, by the floor plan; null: it doesn't know. */
    entered: number | null;
}

/** What looks at somebody's face say together; all null: none counted. */
export interface Traits {
    sex: "female" | "male" | "unknown" | null;
    sex_confidence: number | null;
    age: number | null;
    /** The true age lies between the bounds in about four of five cases. */
    age_low: number | null;
    age_high: number | null;
}

/** Of those whose face was seen: as it was told, corrected, and the 95 % interval. */
export interface TraitShare {
    raw: number;
    share: number;
    low: number;
    high: number;
}

export interface VisitorMix {
    camera: string | null;
    cameras: number;
    people: number;
    of_sex: number;
    women: TraitShare | null;
    /** Of bands, both bounds included. */
    ages: (TraitShare & { from: number; to: number })[];
}

export interface Visit extends Traits {
    id: string;
    rev: number;
    camera: string;
    zone: string;
    person: number;
    begin: string;
    end: string;
    dwell_s: number;
    confidence: number;
    layout: string;
    /** Whether the person works here; null: nobody knows. */
    label: "staff" | "customer" | null;
    label_confidence: number | null;
    notes: NoteName[];
}

/** With its 95 % interval. */
export interface Rate {
    right: number;
    all: number;
    share: number;
    low: number;
    high: number;
}

/** What was learnt of staff and customers; rates are of marked people who were left out of learning. */
export interface Lesson {
    staff: number;
    /** Marks of staff without a name: two may be of one person. */
    unnamed: number;
    customers: number;
    staff_needed: number;
    marks_needed: number;
    right: Rate | null;
    staff_found: Rate | null;
    customers_let_be: Rate | null;
    used: boolean;
    uniform_changed: boolean;
    learning: boolean;
    problem: string;
}

export interface Somebody extends Traits {
    person: number;
    camera: string;
    first: string;
    last: string;
    /** When; each has a picture. */
    looks: string[];
    staff_probability: number | null;
    mark: "staff" | "customer" | null;
    name: string;
    staff_place_s: number;
}

export interface TaughtStaff {
    id: number;
    name: string;
    marked: string;
    marked_by: string;
}

export interface PeoplePage {
    lesson: Lesson;
    kept_minutes: number;
    people: Somebody[];
    staff: TaughtStaff[];
}

export type Direction = "in" | "out";

export interface Crossing {
    id: string;
    rev: number;
    camera: string;
    line: string;
    person: number;
    direction: Direction;
    at: string;
    confidence: number;
    layout: string;
    notes: NoteName[];
}

/** A hand in a shelf. */
export interface Touch {
    id: string;
    rev: number;
    camera: string;
    shelf: string;
    section: string;
    hand: "left" | "right";
    person: number;
    begin: string;
    end: string;
    lasted_s: number;
    confidence: number;
    layout: string;
    /** What the hand may have been at; `goods_count` says how many more there are. */
    goods: { sku: string; name: string }[];
    goods_count: number;
    notes: NoteName[];
}

export interface Heat {
    width: number;
    height: number;
    columns: number;
    rows: number;
    seconds: number[];
}

/** How a picture and the floor belong together: docs/layout.md. */
export interface Calibration {
    width: number;
    height: number;
    focal_px: number;
    center: Point;
    k1: number;
    place: Point;
    height_m: number;
    pan_deg: number;
    tilt_deg: number;
    roll_deg: number;
    error_m: number;
}

/** What facts of the floor plan's zones and lines have in place of a camera. */
export const kPlanCamera = "plan";

/** The shop's floor, in metres. */
export interface Plan {
    version: string;
    valid_from?: string;
    author?: string;
    plan: { width_m: number; depth_m: number; drawing?: string; drawing_at?: Point; drawing_width_m?: number };
    zones: Zone[];
    lines: Line[];
    walls: { from: Point; to: Point }[];
    doors: { name: string; from: Point; to: Point; use?: "entrance" | "staff" | "inner" }[];
    fixtures: { name: string; polygon: Point[]; height_m: number }[];
    cameras: PlanCamera[];
}

/** A camera of the plan: calibrated, or only known to hang at a place and look somewhere. */
export interface PlanCamera {
    camera: string;
    calibration?: Calibration;
    place?: Point;
    /** 0 to the right, 90 down the plan. */
    pan_deg?: number;
}

/** An uploaded picture of the floor. */
export interface FloorDrawing {
    id: string;
    width: number;
    height: number;
    /** Of the PDF that it is a page of. */
    pages: number;
}

export interface PointPair {
    pixel: Point;
    place: Point;
}

/** People who were seen whole and walking. */
export interface Walkers {
    looks: number;
    needed: number;
}

/** A calibration by them, with how sure it is. */
export interface WalkerFit {
    calibration: Calibration;
    looks: number;
    spread_px: number;
    height_error_percent: number;
    tilt_error_deg: number;
}

export interface CalibrationFit {
    calibration: Calibration;
    error_cm: number;
    /** The pair that fits worst, from 0. */
    worst: number;
    points: { error_cm: number; left_out_cm?: number }[];
}

/** Seconds from the begin of what was asked for, x and y of the feet, height of the body; in shares of the picture's width, on the plan in metres. */
export type PathPoint = [number, number, number, number];

export interface PathOfPerson {
    person: number;
    points: PathPoint[];
}

export interface Outage {
    camera: string;
    begin: string;
    end: string | null;
    reason: string;
    reason_code: string;
}

export type Severity = "info" | "warning" | "urgent";
export type Measured = "people" | "dwell_s" | "camera_down_s" | "entries" | "sales" | "queue_length" | "queue_wait_s" | "queue_forecast" | "watchlist" | "camera_trouble_s" | "unattended_s" | "touches" | "consult_wait_s" | "conversion";

/** What somebody did about an alarm. */
export interface AlarmNote {
    at: string;
    who: string;
    text: string;
}

export interface Alarm {
    id: number;
    rule: number;
    rule_name: string;
    severity: Severity;
    measure: Measured;
    camera: string;
    place: string;
    value: number;
    limit: number;
    text: string;
    raised: string;
    ended: string | null;
    acknowledged: string | null;
    acknowledged_by: string;
    note: string;
    escalated: string | null;
    /** Which till should open, and when. */
    advice: { till: string; open_at: string } | null;
    /** Of the watchlist: which match it is. */
    match: string | null;
    notes: AlarmNote[];
}

export interface Hours {
    from: string;
    to: string;
    weekdays: number[];
}

export interface RuleInput {
    name: string;
    enabled: boolean;
    measure: Measured;
    camera: string;
    place: string;
    above: boolean;
    limit: number;
    lasting_s: number;
    hours: Hours;
    severity: Severity;
    channels: number[];
    again_after_s: number;
    quiet: Hours | null;
    escalate_after_s: number;
    escalate_to: number[];
}

export interface Rule extends RuleInput {
    id: number;
    /** What it names and the shop hasn't any more: it never comes true. */
    gone: "camera" | "place" | null;
}

export type ChannelKind = "webhook" | "email" | "telegram" | "nats";

export interface ChannelInput {
    name: string;
    kind: ChannelKind;
    enabled: boolean;
    address: string;
    user: string;
    from: string;
    to: string;
    demand_tls: boolean;
    language: Language;
    secret?: string;
}

export interface Channel extends Omit<ChannelInput, "secret"> {
    id: number;
    has_secret: boolean;
    waiting: number;
    given_up: number;
    last_sent: string | null;
    last_error: string;
}

/** What a count was found to be by people who looked; null where too few did. Shares are of the truth. */
export interface CountError {
    counted: number;
    truth: number;
    truth_low: number;
    truth_high: number;
    share: number | null;
    share_low: number | null;
    share_high: number | null;
}

export interface AuditPlace {
    camera: string;
    kind: "crossing" | "stay";
    place: string;
    windows: number;
    clips: number;
    answered: number;
    unclear: number;
    /** It is drawn elsewhere now than when its clips were filmed: no error is told. */
    outdated: boolean;
    in: CountError | null;
    out: CountError | null;
    /** Of the newest errors: when its audit ended. */
    audited?: string;
}

export interface Audit {
    id: number;
    opened: string;
    opened_by: string;
    closes: string;
    closed: string | null;
    seed: number;
    clips_max: number;
    window_s: number;
    places: AuditPlace[];
    cameras: AuditCamera[];
}

/** All audited lines, or zones, of a camera together. */
export interface AuditCamera {
    camera: string;
    kind: "crossing" | "stay";
    places: number;
    answered: number;
    in: CountError | null;
    out: CountError | null;
}

export interface AuditClip {
    id: number;
    camera: string;
    kind: "crossing" | "stay";
    place: string;
    begin: string;
    end: string;
    film: string;
    drawing: { points: Point[]; in?: Point };
    frames: number;
    answer: { in: number | null; out: number | null; unclear: boolean; by: string; at: string | null };
    counted: { in: number; out: number } | null;
}

/** With its 95 % interval. */
export interface Share {
    share: number;
    low: number;
    high: number;
}

export interface Sales {
    from: string;
    to: string;
    visitors: number;
    sales: number;
    returns: number;
    matched: number;
    sales_minor: number;
    returns_minor: number;
    lines: number;
    /** null: nobody came, or fewer than bought. */
    conversion: Share | null;
}

export interface Conversion {
    visitors_are: "entries" | "people";
    /** Of most receipts; empty where they don't say. */
    currency: string;
    total: Sales;
    buckets: Sales[];
    departments: { camera: string; zone: string; people: number; buyers: number; sales_minor: number; conversion: Share | null }[];
    /** By sex and age: of people whose face told both, in pictures in which tills are. */
    groups: { sex: "female" | "male"; age_from: number; age_to: number; people: number; buyers: number; conversion: Share | null }[];
}

export interface Till {
    id: string;
    name: string;
    /** Whose zone it is; empty: no camera sees the till. */
    camera: string;
    zone: string;
    /** How long after a receipt's time its buyer goes: habit and clock together. */
    clock: { day: string; leaves_s: number; spread_s: number; pairs: number } | null;
}
