//! A kovi application with its OneBot driver, which dials the bridge at //api and //event. It asks `get_login_info` first, and it
//! ends when one of its links is lost; the runner starts it again, as a service manager would.
//!
//! Options: `--name`, `--port` (it listens there for nothing; the runner waits for it), `--bridge_port`, `--token`.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::Arc;

use kovi::config::kovi_conf::KoviConf;
use kovi::event::id::ID;
use kovi::plugin::Plugin;
use kovi::serde_json::json;
use kovi::{Bot, PluginBuilder, tokio};
use kovi_onebot::{EventRegistrar, GroupMsgEvent, Host, OneBotDriver, OneBotDriverConfig, OnebotTrait, Server};

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let options: HashMap<&str, &str> = words
        .chunks_exact(2)
        .map(|pair| (pair[0].trim_start_matches("--"), pair[1].as_str()))
        .collect();
    let _idle = TcpListener::bind(("127.0.0.1", number(options["port"]))).expect("the port is taken");

    let server = Server::new(
        Host::IpAddr(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        number(options["bridge_port"]),
        options["token"].to_string(),
        false,
        "/".to_string(),
        false,
    );
    let driver = OneBotDriver::new(OneBotDriverConfig { server });
    let mut bot = Bot::build(KoviConf::new(ID::new(10086i64), None, false), driver);
    let name: Arc<str> = options["name"].into();
    bot.mount_plugin(Plugin::new(
        "pong",
        "1.0.0",
        Arc::new(move || {
            let name = name.clone();
            Box::pin(async move { listen(name) })
        }),
    ));
    bot.run().await;
}

fn number(text: &str) -> u16 {
    text.parse().expect("a port is a number")
}

fn listen(name: Arc<str>) {
    let bot = PluginBuilder::get_runtime_bot();
    PluginBuilder::on_group_msg(move |event| pong(name.clone(), bot.clone(), event));
}

async fn pong(name: Arc<str>, bot: Arc<kovi::RuntimeBot>, event: Arc<GroupMsgEvent>) {
    let tag = event.original_json.get("server").cloned();
    say("event", json!({ "message_id": event.message_id, "text": event.raw_message, "server": tag }));
    if event.raw_message != "ping" {
        return;
    }
    let text = format!("pong {name} {}", event.message_id);
    match bot.send_group_msg_return(event.group_id, text.as_str()).await {
        Ok(id) => say("told", json!({ "text": text, "message_id": id })),
        Err(answer) => say("failed", json!({ "text": text, "error": answer.to_string() })),
    }
}

/// Prints a line for the runner, which knows it by the kind at its beginning.
fn say(kind: &str, values: kovi::serde_json::Value) {
    let rest = values.to_string();
    println!(r#"{{"kind":"{kind}",{}"#, &rest[1..]);
}
