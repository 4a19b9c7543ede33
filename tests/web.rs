//! The boundary to JavaScript, in a browser: field names, array lengths, the text of errors, the same bits as natively.

#![cfg(target_arch = "wasm32")]

use descent::web::{Dataset, Drawings, Session, limits, new_seed, noise};
use js_sys::{Array, Error, Float32Array, Float64Array, JSON, Object, Reflect, Uint32Array};
use sha2::{Digest, Sha256};
use wasm_bindgen::{JsError, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

fn digits() -> Dataset {
    let file = include_bytes!("../www/data/mnist-10k.bin");
    Dataset::packed(file, None).unwrap_or_else(|_| panic!("the shipped data can be read"))
}

fn session(options: &str) -> Session {
    Session::new(&digits(), &parse(options)).unwrap_or_else(|e| panic!("{}", text(e)))
}

fn parse(json: &str) -> JsValue {
    JSON::parse(json).expect("the tests write JSON")
}

fn text(error: JsError) -> String {
    Error::from(JsValue::from(error)).message().into()
}

fn refusal<T>(result: Result<T, JsError>) -> String {
    text(result.err().expect("this must be refused"))
}

fn get(object: &JsValue, name: &str) -> JsValue {
    let value = Reflect::get(object, &name.into()).expect("an object");
    assert!(
        !value.is_undefined(),
        "no field {name} in {}",
        JSON::stringify(object).unwrap()
    );
    value
}

fn number(object: &JsValue, name: &str) -> f64 {
    get(object, name)
        .as_f64()
        .unwrap_or_else(|| panic!("{name} is no number"))
}

fn numbers(length: u32) -> Float32Array {
    Float32Array::new_with_length(length)
}

#[wasm_bindgen_test]
fn limits_are_plain_objects_with_camel_case_names() {
    let limits = limits().unwrap_or_else(|e| panic!("{}", text(e)));
    assert_eq!(number(&limits, "imageSide"), 28.0);
    assert_eq!(number(&limits, "pixels"), 784.0);
    assert_eq!(number(&get(&limits, "neurons"), "max"), 128.0);
    let video = get(&get(&limits, "presets"), "video");
    assert_eq!(get(&video, "labels"), "true");
    assert_eq!(get(&video, "cost"), "squares");
    assert!(get(&video, "budget").is_null());
}

#[wasm_bindgen_test]
fn options_in_force_are_told() {
    let session = session(r#"{"preset": "best", "budget": 200000, "labels": 0.5}"#);
    let options = session.options().unwrap_or_else(|e| panic!("{}", text(e)));
    assert_eq!(Object::keys(&options.clone().into()).length(), 15);
    assert_eq!(get(&options, "schedule"), "cosine");
    assert_eq!(number(&options, "budget"), 200_000.0);
    assert_eq!(number(&options, "labels"), 0.5);
    assert_eq!(number(&options, "learningRate"), 6e-3);
    assert_eq!(number(&options, "trainingExamples"), 9_000.0);
}

#[wasm_bindgen_test]
fn refusals_name_what_is_wrong() {
    let mut session = session("{}");
    let before = parameters(&session);
    for (options, parts) in [
        (
            r#"{"learningrate": 1}"#,
            ["learningRate", "found \"learningrate\""],
        ),
        (
            r#"{"learningRate": "fast"}"#,
            ["option learningRate: expected a number", "found \"fast\""],
        ),
        (
            r#"{"learningRate": -1}"#,
            ["option learningRate", "found -1"],
        ),
        (
            r#"{"layers": [16, 1000]}"#,
            ["1 to 128 neurons", "found 1000"],
        ),
        (
            r#"{"activation": "step"}"#,
            [
                "option activation: expected one of [\"sigmoid\",\"relu\"",
                "found \"step\"",
            ],
        ),
        (
            r#"{"seed": 4294967296}"#,
            [
                "option seed: expected a whole number from 0 to 4294967295",
                "found 4294967296",
            ],
        ),
        (
            r#"{"batchSize": 1.5}"#,
            ["option batchSize: expected a whole number", "found 1.5"],
        ),
        (
            r#"{"layers": "16"}"#,
            ["sizes such as [16, 16]", "found \"16\""],
        ),
        (
            r#"{"labels": "false"}"#,
            ["option labels: expected \"true\"", "found \"false\""],
        ),
        (
            r#"{"trainingExamples": 0}"#,
            ["1 to 9000 examples", "found 0"],
        ),
        ("[1, 2]", ["options: expected an object", "found [1,2]"]),
        ("7", ["options", "an object"]),
    ] {
        let message = refusal(session.configure(&parse(options)));
        assert!(
            parts.iter().all(|part| message.contains(part)),
            "{options}: {message}"
        );
        assert!(!message.contains("Error"), "{options}: {message}");
    }
    assert_eq!(before, parameters(&session), "a refusal changes nothing");
}

fn parameters(session: &Session) -> Vec<f32> {
    let out = numbers(13_002);
    session
        .parameters(&out)
        .unwrap_or_else(|e| panic!("{}", text(e)));
    out.to_vec()
}

#[wasm_bindgen_test]
fn arrays_of_another_length_are_refused() {
    let mut session = session("{}");
    let message = refusal(session.parameters(&numbers(13_001)));
    assert_eq!(
        message,
        "array for the result: expected 13002 numbers, found 13001"
    );
    let message = refusal(session.predict(&numbers(783), &numbers(784), &numbers(10)));
    assert_eq!(message, "pixels: expected 784 numbers, found 783");
    let message = refusal(session.set_parameters(&numbers(5)));
    assert_eq!(message, "parameters: expected 13002 numbers, found 5");
    let pixels = numbers(784);
    pixels.set_index(9, 256.0);
    let message = refusal(session.predict(&pixels, &numbers(784), &numbers(10)));
    assert_eq!(
        message,
        "pixels: expected numbers from 0 to 255, found 256 at index 9"
    );
}

#[wasm_bindgen_test]
fn a_step_is_one_step_and_tells_what_it_did() {
    let mut session = session("{}");
    let step = session
        .train_step()
        .unwrap_or_else(|e| panic!("{}", text(e)));
    assert_eq!(number(&step, "step"), 1.0);
    assert_eq!(number(&step, "examples"), 10.0);
    assert!(number(&step, "costAfter") < number(&step, "cost"));
    let predicted = -number(&step, "stepLength") * number(&step, "gradientNorm");
    assert!((number(&step, "predictedChange") / predicted - 1.0).abs() < 1e-4);
    let progress = session
        .train(29, 1e9)
        .unwrap_or_else(|e| panic!("{}", text(e)));
    assert_eq!(number(&progress, "step"), 30.0);
    assert_eq!(number(&progress, "steps"), 29.0);
    assert!(number(&progress, "seconds") > 0.0);
}

#[wasm_bindgen_test]
fn time_is_kept() {
    let mut session = session("{}");
    let progress = session
        .train(u32::MAX, 20.0)
        .unwrap_or_else(|e| panic!("{}", text(e)));
    let seconds = number(&progress, "seconds");
    // However many steps were asked for; how long the last of them takes is the machine's affair.
    assert!((0.02..2.0).contains(&seconds), "{seconds}");
}

#[wasm_bindgen_test]
fn drawings_are_read_and_empty_pads_are_not() {
    let mut session = session("{}");
    session
        .train(5_000, 1e9)
        .unwrap_or_else(|e| panic!("{}", text(e)));
    let (input, scores) = (numbers(784), numbers(10));
    let mut read = |points: &[f64], lengths: &[u32]| {
        let (points, lengths) = (Float64Array::from(points), Uint32Array::from(lengths));
        session.predict_strokes(&points, &lengths, &input, &scores)
    };
    let one = read(&[10.0, 0.0, 9.0, 50.0, 10.0, 100.0], &[3])
        .ok()
        .flatten();
    assert_eq!(one, Some(1));
    let seven = read(&[0.0, 0.0, 60.0, 2.0, 30.0, 110.0], &[3])
        .ok()
        .flatten();
    assert_eq!(seven, Some(7));
    assert_eq!(scores.to_vec().len(), 10);
    assert_eq!(read(&[], &[]).ok().flatten(), None);
    assert_eq!(read(&[], &[0]).ok().flatten(), None);
    assert!(
        read(&[5.0, 5.0], &[1]).ok().flatten().is_some(),
        "a dot is something"
    );
    let message = refusal(read(&[1.0, 2.0, 3.0], &[2]));
    assert_eq!(
        message,
        "coordinates of the strokes: expected 4 numbers, found 3"
    );
}

#[wasm_bindgen_test]
fn divergence_is_told_and_can_be_gone_back_from() {
    let mut session =
        session(r#"{"activation": "silu", "cost": "cross-entropy", "learningRate": 10}"#);
    assert!(session.diverged().is_ok_and(|d| d.is_undefined()));
    let message = refusal(session.train(1_000, 1e9));
    assert!(message.contains("diverged at step"), "{message}");
    let diverged = session.diverged().unwrap_or_else(|e| panic!("{}", text(e)));
    assert!(number(&diverged, "step") > 1.0);
    session
        .set_learning_rate(0.01)
        .unwrap_or_else(|e| panic!("{}", text(e)));
    assert!(session.diverged().is_ok_and(|d| d.is_undefined()));
    assert!(parameters(&session).iter().all(|p| p.is_finite()));
}

#[wasm_bindgen_test]
fn runs_are_saved_and_restored() {
    let mut session = session(r#"{"preset": "best"}"#);
    assert!(session.train(50, 1e9).is_ok());
    let saved = session
        .save()
        .unwrap_or_else(|e| panic!("{}", text(e)))
        .to_vec();
    assert!(session.train(50, 1e9).is_ok());
    let later = parameters(&session);
    session
        .restore(&saved)
        .unwrap_or_else(|e| panic!("{}", text(e)));
    assert!(session.train(50, 1e9).is_ok());
    assert_eq!(later, parameters(&session));
    assert!(refusal(session.restore(&saved[..100])).contains("break off"));
    assert_eq!(later, parameters(&session));
}

#[wasm_bindgen_test]
fn randomness_is_random_and_noise_is_seeded() {
    assert_ne!(new_seed().ok(), new_seed().ok());
    let (a, b) = (numbers(784), numbers(784));
    assert!(noise(1, &a).is_ok() && noise(1, &b).is_ok());
    assert_eq!(a.to_vec(), b.to_vec());
    assert!(noise(2, &b).is_ok());
    assert_ne!(a.to_vec(), b.to_vec());
    assert!(a.to_vec().iter().all(|p| (0.0..255.0).contains(p)));
}

#[wasm_bindgen_test]
fn runs_replay_to_the_last_bit_as_natively() {
    let replays = js_sys::Array::from(&parse(include_str!("replay.json")));
    assert!(replays.length() > 0);
    for replay in replays {
        let options = get(&replay, "options");
        let mut session =
            Session::new(&digits(), &options).unwrap_or_else(|e| panic!("{}", text(e)));
        let examples = number(&replay, "examples");
        let mut seen = 0.0;
        while seen < examples {
            let progress = session
                .train(1, 0.0)
                .unwrap_or_else(|e| panic!("{}", text(e)));
            seen = number(&progress, "examples");
        }
        let out = numbers(u32::try_from(session.parameter_count()).unwrap());
        assert!(session.parameters(&out).is_ok());
        let bytes: Vec<u8> = out.to_vec().iter().flat_map(|p| p.to_le_bytes()).collect();
        let digest: String = Sha256::digest(&bytes)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        assert_eq!(get(&replay, "sha256"), digest.as_str());
    }
}

#[wasm_bindgen_test]
fn single_readings_evidence_and_likenesses() {
    let mut session = session(r#"{"seed": 4}"#);
    let survey = session.survey("test", 0, 5);
    let survey = survey.unwrap_or_else(|e| panic!("{}", text(e)));
    assert_eq!(number(&survey, "examples"), 1_000.0);
    let mistakes = Array::from(&get(&survey, "mistakes"));
    assert_eq!(mistakes.length(), 5);
    assert_eq!(Array::from(&get(&survey, "recall")).length(), 10);
    let first = mistakes.get(0);
    let [label, read] = ["label", "read"].map(|name| {
        let digit = number(&first, name);
        (0..10).find(|&d| f64::from(d) == digit).expect("a digit")
    });
    let cell = session.behind("test", 0, label, read, 3);
    let cell = Array::from(&cell.unwrap_or_else(|e| panic!("{}", text(e))));
    assert_eq!(number(&cell.get(0), "index"), number(&first, "index"));

    let input = numbers(784);
    session
        .training_input(7, &input)
        .unwrap_or_else(|e| panic!("{}", text(e)));
    let near = session.nearest(&input, 3);
    let near = Array::from(&near.unwrap_or_else(|e| panic!("{}", text(e))));
    assert_eq!(number(&near.get(0), "index"), 7.0);
    let (shares, products) = (numbers(784), numbers(8 * 784));
    let evidence = session.evidence(&input, &shares, &products);
    let evidence = evidence.unwrap_or_else(|e| panic!("{}", text(e)));
    let digit = session.forward(&input, &numbers(42));
    let digit = digit.unwrap_or_else(|e| panic!("{}", text(e)));
    assert_eq!(number(&evidence, "digit"), f64::from(digit));
    assert!(number(&evidence, "difference") > 0.0);
    assert_eq!(Array::from(&get(&evidence, "voices")).length(), 8);
    assert!(shares.to_vec().iter().any(|&s| s != 0.0));
    assert!(refusal(session.training_input(9_000, &input)).contains("8999"));
}

#[wasm_bindgen_test]
fn drawings_are_read_learnt_and_followed() {
    let mut session = session("{}");
    let points = Float64Array::from([60.0, 60.0, 160.0, 60.0, 100.0, 220.0].as_slice());
    let lengths = Uint32Array::from([3].as_slice());
    let mut drawings = Drawings::new();
    drawings
        .add(&points, &lengths, 7)
        .unwrap_or_else(|e| panic!("{}", text(e)));
    assert!(refusal(drawings.add(&points, &lengths, 11)).contains("labels 0 to 9"));
    let readings = session.read_drawings(&drawings);
    let readings = Array::from(&readings.unwrap_or_else(|e| panic!("{}", text(e))));
    assert_eq!(number(&readings.get(0), "label"), 7.0);
    let more = digits()
        .with(&drawings)
        .unwrap_or_else(|e| panic!("{}", text(e)));
    let counts = more.counts().unwrap_or_else(|e| panic!("{}", text(e)));
    assert_eq!(number(&counts, "train"), 9_010.0);
    session
        .set_data(&more)
        .unwrap_or_else(|e| panic!("{}", text(e)));

    let journey = session.journey_of_strokes(&points, &lengths, 280.0);
    let journey = journey.unwrap_or_else(|e| panic!("{}", text(e)));
    assert_eq!(Array::from(&get(&journey, "stages")).length(), 6);

    // Sixteen views give one answer, and it is another one.
    let (input, plain, mean) = (numbers(784), numbers(42), numbers(42));
    assert!(
        session
            .prepare_strokes(&points, &lengths, &input, None)
            .unwrap_or_else(|e| panic!("{}", text(e)))
    );
    let _ = session.forward(&input, &plain);
    session.set_averaging(true);
    let _ = session.forward(&input, &mean);
    assert_eq!(plain.to_vec()[..32], mean.to_vec()[..32]);
    assert_ne!(plain.to_vec()[32..], mean.to_vec()[32..]);
}
