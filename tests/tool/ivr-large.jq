# The records of a large account: of every decade of menus one that hangs up or is a webhook IVR, six with seven options and
# three with six: 10 menus and 60 options. Every kind of option, in several scripts. All checks let it pass.
#   jq -nc --argjson decades 50 -f ivr-large.jq
(10 * $decades) as $menus
| def name: "desk \(. % $menus)";
  def is_end: . % 10 == 9;
  def keys_of: if . % 10 < 6 then ["1", "2", "3", "4", "5", "*", "0"] else ["1", "2", "3", "4", "5", "#"] end;
  # like a spreadsheet of somebody's: not every key can be pressed
  def is_off($key): $key == "5" and . % 5 == 2;
  def announced: . as $i | [keys_of[] | . as $key | select($i | is_off($key) | not)];

  def english: "Welcome to \"Example\" & <Sons>, desk \(.) {{{{not a name}}.\nPress \(announced | join(" or ")), please."
    | sub("\\*"; "star") | sub("#"; "the hash key");
  def hindi: "डेस्क \(.) में आपका स्वागत है। " + (announced | map("विभाग के लिए \(if . == "*" then "स्टार" elif . == "#" then "हैश" else . end) दबाएँ।") | join(" "));
  def spanish: "Mesa \(.) de «Ejemplo»; ¡bienvenido! " + (announced | map("Para continuar, marque \(.).") | join(" "));
  def tamil: "மேசை \(.): \\ , \u001f-க்கு " + (announced | map("\(.) ஐ அழுத்தவும்.") | join(" ")) | sub("\u001f"; "'விற்பனை'");
  def emoji: "Desk \(.) 🙂🇮🇳 \u200d, tab\there. " + (announced | map("To go on 👉 \(.) !") | join(" "));
  def greeting: if . % 5 == 0 then english elif . % 5 == 1 then hindi elif . % 5 == 2 then spanish
    elif . % 5 == 3 then tamil else emoji end;

  def menu: {ivr: name} + if is_end | not then {message: greeting}
    elif . % 20 == 19 then {message: "https://example.com/ivr/\(.)?a=b&c={{{{d}}"}
    else {message: "Goodbye from desk \(.).", hangup: true} end;

  # third key: by turns, everything that an option can lead to
  def anywhere: [{phone: "+91 98765 43210"}, {devices: [1]}, {appusers: [11, 13]}, {teams: [3, 1]},
      {webhook: "https://example.com/desk?i=\(.)"}, {next: 1}][. % 6];
  def leads($key):
    if $key == "1" then {next: (. + 1 | name)}
    elif $key == "2" then {next: (. + 2 | name)} + if . % 4 == 0 then {needs_data_prompt: "Ihre Nummer, \(.)?",
        confirmation: true, webhook_url: "https://example.com/allow/\(.)"} else {} end
    elif $key == "3" then anywhere
    elif $key == "4" then {teams: ["Sales", "Night shift"], webhook_url: "https://example.com/told"}
    elif $key == "5" then {appusers: ["ben@example.com"]}
    elif $key == "*" then {next: (0 | name)}
    elif $key == "0" then {webhook: "https://example.com/zero", needs_data_prompt: "आपका नंबर?"}
    else {phone: "+1 (201) 555-0123"} end;
  def option($key): {ivr: name, input: $key, message: "Sección \(.) – «\($key)»"} + leads($key)
    + if is_off($key) then {enabled: false} else {} end;

  # callers come in at the first menu and in the middle
  {phone: "+12015550199", ivr: (0 | name)},
  {phone: "+911400000001", ivr: ($menus / 2 | name)},
  # the options first: records may have any order
  (range($menus) | select(is_end | not) | . as $i | keys_of[] as $key | $i | option($key)),
  (range($menus) | menu)
