package qqbridge.clients;

import com.mikuac.shiro.annotation.GroupMessageHandler;
import com.mikuac.shiro.annotation.common.Shiro;
import com.mikuac.shiro.core.Bot;
import com.mikuac.shiro.dto.action.common.ActionData;
import com.mikuac.shiro.dto.action.common.MsgId;
import com.mikuac.shiro.dto.event.message.GroupMessageEvent;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.stereotype.Component;

/**
 * A Shiro application. The bridge dials it on /ws/shiro. It takes frames up to 512 KB, and its plugins are shown no `server`. The
 * options are Spring's: --name, --server.port, --shiro.ws.access-token.
 */
@SpringBootApplication
public class ShiroApp {
    public static void main(String[] args) {
        SpringApplication.run(ShiroApp.class, args);
    }

    @Shiro
    @Component
    public static class Pong {
        private final String name;

        public Pong(@Value("${name}") String name) {
            this.name = name;
        }

        @GroupMessageHandler
        public void pong(Bot bot, GroupMessageEvent event) {
            Lines.say("event", "message_id", event.getMessageId(), "text", event.getRawMessage());
            if (!"ping".equals(event.getRawMessage())) {
                return;
            }
            String text = "pong " + name + " " + event.getMessageId();
            ActionData<MsgId> told = bot.sendGroupMsg(event.getGroupId(), text, false);
            if (told == null || told.getData() == null) {
                Lines.say("failed", "text", text, "error", String.valueOf(told));
            } else {
                Lines.say("told", "text", text, "message_id", told.getData().getMessageId());
            }
        }
    }
}
