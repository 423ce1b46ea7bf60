package qqbridge.clients;

import com.alibaba.fastjson2.JSON;
import java.util.LinkedHashMap;
import java.util.Map;

/** The JSON lines that the runner reads. */
final class Lines {
    private Lines() {}

    /** Prints {"kind": kind, name: value, ...}; the kind comes first, as the runner knows such a line by it. */
    static void say(String kind, Object... namesAndValues) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("kind", kind);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            line.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        System.out.println(JSON.toJSONString(line));
    }
}
