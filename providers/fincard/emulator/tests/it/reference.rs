//! Reference lists and upload.

use serde_json::json;

use crate::support::{BOTH, Bench};

#[tokio::test]
async fn the_reference_lists_have_their_documented_shapes() {
    for dialect in BOTH {
        let bench = Bench::speaking(dialect).await;
        let list =
            async |path: &str, body| bench.data(path, body).await.as_array().unwrap().clone();
        let regions = list("/common/region", json!({})).await;
        let germany = json!({"code": "DE", "standardCode": "DEU", "name": "Germany"});
        assert!(regions.contains(&germany));
        let codes = list("/common/mobileAreaCode", json!({})).await;
        assert!(
            codes
                .iter()
                .any(|code| (&code["code"], &code["areaCode"]) == (&json!("+49"), &json!("DE")))
        );
        let flat = list("/common/city", json!({"regionCode": "HK"})).await;
        assert_eq!(
            flat,
            [json!({"code": "HK_KKC_1", "name": "Kowloon City", "country": "HK"})]
        );
        let tree = list("/common/v2/city", json!({"regionCode": "DE"})).await;
        assert_eq!(
            (&tree[0]["parentCode"], &tree[0]["countryStandardCode"]),
            (&json!("0"), &json!("DEU"))
        );
        let leaf = &tree[0]["children"][0];
        assert_eq!(
            (&leaf["code"], &leaf["parentCode"], &leaf["children"]),
            (&json!("DE-BE-11000"), &tree[0]["code"], &json!([]))
        );
        let occupations = list("/card/holder/occupations", json!({})).await;
        assert_eq!(
            occupations[0],
            json!({"occupationCode": "11-1011", "description": "Chief Executives"})
        );
    }
}

#[tokio::test]
async fn an_upload_answers_a_new_id_each_time() {
    for dialect in BOTH {
        let bench = Bench::speaking(dialect).await;
        let two_megabytes = vec![1; 2 * 1024 * 1024];
        let mut ids = vec![];
        for name in ["a.jpg", "a.JPEG", "a.png", "a.pdf"] {
            let (status, answer) = bench.upload(name, &two_megabytes, "card").await;
            assert_eq!((status, &answer["success"]), (200, &json!(true)), "{name}");
            ids.push(answer["data"]["fileId"].as_str().unwrap().to_owned());
        }
        ids.sort();
        ids.dedup();
        assert_eq!((ids.len(), ids[0].len()), (4, 36));
    }
}

#[tokio::test]
async fn an_upload_of_the_wrong_kind_or_size_is_refused() {
    for dialect in BOTH {
        let bench = Bench::speaking(dialect).await;
        let too_large = vec![1; 2 * 1024 * 1024 + 1];
        let cases: [(&str, &[u8], &str, &str); 4] = [
            ("a.gif", b"x", "card", "file"),
            ("a.png", b"", "card", "file"),
            ("a.png", &too_large, "card", "2 MB"),
            ("a.png", b"x", "cat", "category"),
        ];
        for (name, content, category, expected) in cases {
            let answer = bench.upload(name, content, category).await.1;
            assert_eq!(answer["success"], json!(false));
            assert!(answer["msg"].as_str().unwrap().contains(expected));
        }
    }
    let bench = Bench::new().await;
    let path = "/api/v2.1/fincard/virtual/common/file/upload";
    let (status, _) = bench.send(bench.finhub(path).json(&json!({}))).await;
    assert_eq!(status, 400);
}
