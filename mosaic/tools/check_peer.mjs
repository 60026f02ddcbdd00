// Runs a network in ONNX Runtime or TensorFlow.js for `mosaic check`:
//     node check_peer.mjs NODE_MODULES MODEL REQUEST.json...
// REQUEST.json, one for each run: {"inputs": [{"name", "path"}], "outputs": [{"name", "path"}]}, all of them .npy files; the outputs
// are written. NODE_MODULES is a folder that holds onnxruntime-node, or @tensorflow/tfjs and
// @tensorflow/tfjs-backend-wasm.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

const kTypes = { "<f4": Float32Array, "<i4": Int32Array, "|b1": Uint8Array, "|u1": Uint8Array };

function readNpy(path) {
    const bytes = readFileSync(path);
    const start = 10 + bytes.readUInt16LE(8);
    const header = bytes.toString("latin1", 10, start);
    const type = /'descr': *'([^']+)'/.exec(header)[1];
    const shape = /'shape': *\(([^)]*)\)/.exec(header)[1].split(",").map((size) => size.trim()).filter(Boolean).map(Number);
    const data = bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length);
    return { type, shape, data: new kTypes[type](data) };
}

function writeNpy(path, type, shape, data) {
    let header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }`;
    header += " ".repeat(63 - ((10 + header.length) % 64)) + "\n";
    const magic = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0, 0]);
    magic.writeUInt16LE(header.length, 8);
    writeFileSync(path, Buffer.concat([magic, Buffer.from(header, "latin1"), Buffer.from(data.buffer, data.byteOffset, data.byteLength)]));
}

// 64-bit integers are int32 in mosaic; those that don't fit are the nearest end there.
function toInt32(data) {
    return Int32Array.from(data, (value) => Number(value < -2147483648n ? -2147483648n : value > 2147483647n ? 2147483647n : value));
}

async function runOnnx(require, model, requests) {
    const ort = require("onnxruntime-node");
    const session = await ort.InferenceSession.create(model, { executionProviders: ["cpu"], logSeverityLevel: 3 });
    const kinds = new Map((session.inputMetadata ?? []).map((input) => [input.name, input.type]));
    for (const request of requests) await runOnnxOnce(ort, session, kinds, request);
}

async function runOnnxOnce(ort, session, kinds, request) {
    const feeds = {};
    for (const { name, path } of request.inputs) {
        const { type, shape, data } = readNpy(path);
        let kind = kinds.get(name) ?? (type === "<f4" ? "float32" : type === "<i4" ? "int32" : "bool");
        if (kind === "int64") feeds[name] = new ort.Tensor("int64", BigInt64Array.from(data, BigInt), shape);
        else if (kind === "uint8") feeds[name] = new ort.Tensor("uint8", Uint8Array.from(data), shape);
        else if (kind === "float64") feeds[name] = new ort.Tensor("float64", Float64Array.from(data), shape);
        else feeds[name] = new ort.Tensor(kind, data, shape);
    }
    const results = await session.run(feeds);
    for (const { name, path } of request.outputs) {
        const { type, dims, data } = results[name];
        if (type === "int64" || type === "uint64") writeNpy(path, "<i4", dims, toInt32(data));
        else if (type === "bool") writeNpy(path, "|b1", dims, data);
        else if (type.startsWith("float")) writeNpy(path, "<f4", dims, Float32Array.from(data));
        else writeNpy(path, "<i4", dims, Int32Array.from(data));
    }
}

async function runTensorFlow(require, model, requests) {
    const tf = require("@tensorflow/tfjs");
    const { setWasmPaths } = require("@tensorflow/tfjs-backend-wasm");
    setWasmPaths(join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")), "/"));
    await tf.setBackend("wasm");
    const json = JSON.parse(readFileSync(model, "utf8"));
    const specs = json.weightsManifest.flatMap((group) => group.weights);
    const shards = json.weightsManifest.flatMap((group) => group.paths.map((path) => readFileSync(join(dirname(model), path))));
    const weights = Buffer.concat(shards);
    const network = await tf.loadGraphModel({
        load: async () => ({
            modelTopology: json.modelTopology,
            weightSpecs: specs,
            weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.length),
            format: json.format,
            signature: json.signature,
        }),
    });
    for (const request of requests) await runTensorFlowOnce(tf, network, request);
}

async function runTensorFlowOnce(tf, network, request) {
    const feeds = {};
    for (const { name, path } of request.inputs) {
        const { type, shape, data } = readNpy(path);
        feeds[name] = tf.tensor(data, shape, type === "<f4" ? "float32" : type === "<i4" ? "int32" : "bool");
    }
    const names = request.outputs.map((output) => output.name);
    const results = await network.executeAsync(feeds, names);
    for (const [index, tensor] of (Array.isArray(results) ? results : [results]).entries()) {
        const type = { float32: "<f4", int32: "<i4", bool: "|b1" }[tensor.dtype];
        writeNpy(request.outputs[index].path, type, tensor.shape, await tensor.data());
    }
}

const [nodeModules, model, ...requestPaths] = process.argv.slice(2);
const require = createRequire(join(resolve(nodeModules), "index.js"));
const requests = requestPaths.map((path) => JSON.parse(readFileSync(path, "utf8")));
try {
    const isJson = readFileSync(model).subarray(0, 64).toString("latin1").trimStart().startsWith("{");
    await (isJson ? runTensorFlow : runOnnx)(require, resolve(model), requests);
} catch (error) {
    console.error(error.message);
    process.exitCode = 1;
}
