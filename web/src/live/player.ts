// What the two players have in common.
export interface PlayerHandlers {
    /** A picture is on the screen; its time is the one that tracks have. */
    onPicture: (mediaTimeS: number) => void;
    /** How much later than it comes this picture, the newest, is to be shown. */
    delayOfS: (mediaTimeS: number) => number;
    /** This browser can't show the camera in this form. */
    onUnsupported?: () => void;
}
