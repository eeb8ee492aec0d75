using GitOpsBumper.Adapters.Notifications;
using GitOpsBumper.Configuration.Secrets;
using GitOpsBumper.Core.Notifications;
using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Notifying;

/// <summary>Reads the channels that the secret and the environment name. What is wrong with one costs no other.</summary>
/// <param name="notifiers">Know the services.</param>
internal sealed class ChannelReader(Notifiers notifiers)
{
    public const string Prefix = "notify.";
    public const string Variable = "BUMPER_NOTIFICATION_URLS";
    public const string VariableChannel = "environment";

    private const int MaxChannels = 50;
    private const int MaxUrls = 20;
    private const int MaxName = 60;

    private static readonly string[] Keys = ["url", "urls", "events", "applications", "projects", "severity", "title", "template", "at-start"];

    /// <param name="secrets">Of the bot.</param>
    /// <param name="urls">Of the environment, with white space between them; null: none.</param>
    public ChannelSet Read(SecretLayer secrets, string? urls)
    {
        var channels = new List<NotificationChannel>();
        var problems = new List<string>();
        foreach (var entry in secrets.Under(Prefix))
            Add(Read(entry, problems) is { } channel ? channel with { Entry = entry } : null, channels, problems);
        if (!string.IsNullOrWhiteSpace(urls))
            Add(Open(VariableChannel, Variable, urls.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), ChannelRule.All, MessageFormat.Default, problems), channels, problems);
        return new ChannelSet(channels, problems);
    }

    /// <summary>A channel of URLs that wants everything; null when none of them can be used.</summary>
    public NotificationChannel? Open(string name, string origin, IReadOnlyList<string> urls, List<string> problems) => Open(name, origin, urls, ChannelRule.All, MessageFormat.Default, problems);

    private static void Add(NotificationChannel? channel, List<NotificationChannel> channels, List<string> problems)
    {
        if (channel is null)
            return;
        if (channels.Count < MaxChannels)
            channels.Add(channel);
        else
            problems.Add($"channel '{channel.Name}' is left out, there are {MaxChannels} before it");
    }

    private NotificationChannel? Read(SecretEntry entry, List<string> problems)
    {
        var name = entry.Key[Prefix.Length..];
        if (name.Length is 0 or > MaxName || name == VariableChannel)
        {
            problems.Add($"{entry.Origin}: a channel has a name of 1 to {MaxName} characters behind '{Prefix}', other than '{VariableChannel}'");
            return null;
        }

        var text = entry.Value.Reveal();
        if (IsUrl(text))
            return Open(name, entry.Origin, [text.Trim()], ChannelRule.All, MessageFormat.Default, problems);
        // What the parser says quotes what it read, which is secret.
        if (YamlText.TryParse(text, out var yaml, out _) && yaml.Root is YamlNode.Mapping mapping)
            return Read(name, entry.Origin, mapping, problems);
        problems.Add($"{entry.Origin} is neither a URL nor a YAML mapping with 'url' or 'urls'");
        return null;
    }

    private NotificationChannel? Read(string name, string origin, YamlNode.Mapping mapping, List<string> problems)
    {
        var found = new List<string>();
        var unknown = mapping.Entries.Count(entry => entry.Key is not YamlNode.Scalar key || !Keys.Contains(key.Value, StringComparer.Ordinal));
        if (unknown > 0)
            found.Add($"{unknown} of its keys are not known, allowed: {string.Join(", ", Keys)}");
        var text = new ChannelRuleText
        {
            Events = Texts(mapping, "events", found),
            Applications = Texts(mapping, "applications", found),
            Projects = Texts(mapping, "projects", found),
            Severity = One(mapping, "severity", found),
            AtStart = Switch(mapping, "at-start", found),
        };
        ChannelRule.TryCreate(text, out var rule, out var wrong);
        found.AddRange(wrong);
        var format = new MessageFormat(Template(mapping, "title", NotificationTemplate.DefaultTitle, found), Template(mapping, "template", NotificationTemplate.DefaultBody, found));
        IReadOnlyList<string> urls = [.. Texts(mapping, "url", found), .. Texts(mapping, "urls", found)];
        if (urls.Count == 0 && found.Count == 0)
            found.Add("it names no 'url'");
        problems.AddRange(found.Select(problem => $"{origin}: {problem}"));
        return found.Count > 0 || rule is null ? null : Open(name, origin, urls, rule, format, problems);
    }

    private NotificationChannel? Open(string name, string origin, IReadOnlyList<string> urls, ChannelRule rule, MessageFormat format, List<string> problems)
    {
        if (urls.Count > MaxUrls)
            problems.Add($"{origin} names {urls.Count} URLs, the first {MaxUrls} are used");
        var opened = new List<INotifier>();
        foreach (var (url, index) in urls.Take(MaxUrls).Select((url, index) => (url, index)))
        {
            if (notifiers.TryOpen(url, out var notifier, out var problem))
                opened.Add(notifier);
            else
                problems.Add(urls.Count == 1 ? $"{origin}: {problem}" : $"{origin}, URL {index + 1}: {problem}");
        }

        return opened.Count == 0 ? null : new NotificationChannel { Name = name, Rule = rule, Format = format, Notifiers = opened };
    }

    private static bool IsUrl(string text)
    {
        var at = text.IndexOf("://", StringComparison.Ordinal);
        return at > 0 && !text.AsSpan(0, at).Trim().ContainsAny(" \t\r\n:");
    }

    private static NotificationTemplate Template(YamlNode.Mapping mapping, string key, NotificationTemplate otherwise, List<string> problems)
    {
        if (One(mapping, key, problems) is not { } text)
            return otherwise;
        if (NotificationTemplate.TryParse(text, out var template, out var problem))
            return template;
        problems.Add($"{key}: {problem}");
        return otherwise;
    }

    private static bool Switch(YamlNode.Mapping mapping, string key, List<string> problems)
    {
        var text = One(mapping, key, problems);
        if (text is not (null or "true" or "false"))
            problems.Add($"{key} is neither true nor false");
        return text == "true";
    }

    private static string? One(YamlNode.Mapping mapping, string key, List<string> problems)
    {
        var values = Texts(mapping, key, problems);
        if (values.Count > 1)
            problems.Add($"{key} is given {values.Count} times, it is allowed once");
        return values.Count == 0 ? null : values[0];
    }

    private static IReadOnlyList<string> Texts(YamlNode.Mapping mapping, string key, List<string> problems)
    {
        switch (mapping.Find(key))
        {
            case null or YamlNode.Scalar { IsNull: true }:
                return [];
            case YamlNode.Scalar scalar:
                return [scalar.Value];
            case YamlNode.Sequence sequence when sequence.Items.All(item => item is YamlNode.Scalar):
                return [.. sequence.Items.Cast<YamlNode.Scalar>().Select(item => item.Value)];
            default:
                problems.Add($"{key} has to be a text or a list of texts");
                return [];
        }
    }
}
