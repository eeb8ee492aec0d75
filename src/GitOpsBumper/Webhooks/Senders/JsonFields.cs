using System.Globalization;
using System.Text.Json;
using GitOpsBumper.Core;

namespace GitOpsBumper.Webhooks.Senders;

/// <summary>
/// The fields of a document of somebody else. What is missing or null reads as nothing; what has another type than it should have is remembered as the
/// document's first problem, and reads as nothing too: who reads the fields need not look after each, but once at the end.
/// </summary>
internal sealed class JsonFields
{
    /// <summary>More would cost more than any sender needs: the deepest documents of GitHub have nine levels.</summary>
    private const int MaxDepth = 32;

    /// <summary>More events, resources or tags in one request are no request of a registry.</summary>
    private const int MaxEntries = 1_000;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    private readonly JsonElement _element;
    private readonly string _path;
    private readonly FirstProblem _problem;

    private JsonFields(JsonElement element, string path, FirstProblem problem)
    {
        _element = element;
        _path = path;
        _problem = problem;
    }

    /// <summary>The first thing that is wrong anywhere in the document: a sentence. Null: nothing so far.</summary>
    public string? Problem => _problem.Text;

    /// <summary>There is no such object.</summary>
    public bool IsMissing => _element.ValueKind != JsonValueKind.Object;

    /// <summary>Always fields; those of a body that cannot be read have a problem.</summary>
    public static JsonFields Parse(ReadOnlySpan<byte> body)
    {
        var problem = new FirstProblem();
        if (body.StartsWith("payload="u8))
        {
            problem.Set("the body is a form; choose application/json as the content type of the webhook");
            return new JsonFields(default, "", problem);
        }

        try
        {
            // Some .NET and PowerShell senders begin with the mark of UTF-8.
            var element = JsonElement.Parse(body.StartsWith("\uFEFF"u8) ? body[3..] : body, Strict);
            if (element.ValueKind == JsonValueKind.Object)
                return new JsonFields(element, "", problem);
            problem.Set($"the body is {Kind(element)}, expected is an object in JSON");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            problem.Set("the body is not JSON, has a key twice, or is nested too deeply; expected is an object in JSON");
        }

        return new JsonFields(default, "", problem);
    }

    /// <summary>Null: missing, null, or no text.</summary>
    public string? Text(string name)
    {
        if (!TryFind(name, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.String)
            return Wrong<string>(name, value, "a text");
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            Report(name, "is not valid Unicode");
            return null;
        }
    }

    /// <summary>Never null: where it is missing or empty, the document has a problem.</summary>
    public string Need(string name)
    {
        var text = Text(name);
        if (string.IsNullOrEmpty(text))
            Report(name, "is missing or empty");
        return text ?? "";
    }

    /// <summary>A text or a whole number, as a text.</summary>
    public string? Id(string name) => TryFind(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetRawText() : Text(name);

    /// <summary>The fields of an object inside; where there is none, fields of which each is missing.</summary>
    public JsonFields Part(string name)
    {
        if (!TryFind(name, out var value))
            return new JsonFields(default, PathOf(name), _problem);
        if (value.ValueKind != JsonValueKind.Object)
            Wrong<string>(name, value, "an object");
        return new JsonFields(value, PathOf(name), _problem);
    }

    /// <summary>The objects of a list; empty where there is none.</summary>
    public IReadOnlyList<JsonFields> Parts(string name)
    {
        var parts = new List<JsonFields>();
        foreach (var (entry, path) in Entries(name))
        {
            if (entry.ValueKind == JsonValueKind.Object)
                parts.Add(new JsonFields(entry, path, _problem));
            else
                _problem.Set($"field {path} is {Kind(entry)}, expected is an object");
        }

        return parts;
    }

    /// <summary>The entries of a list, each a document of its own: what is wrong in one is its problem alone.</summary>
    public IEnumerable<JsonFields> PartsApart(string name)
    {
        foreach (var (entry, path) in Entries(name))
        {
            var problem = new FirstProblem();
            if (entry.ValueKind != JsonValueKind.Object)
                problem.Set($"field {path} is {Kind(entry)}, expected is an object");
            yield return new JsonFields(entry, path, problem);
        }
    }

    /// <summary>The texts of a list; empty where there is none.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        var texts = new List<string>();
        foreach (var (entry, path) in Entries(name))
        {
            try
            {
                if (entry.ValueKind == JsonValueKind.String)
                    texts.Add(entry.GetString()!);
                else
                    _problem.Set($"field {path} is {Kind(entry)}, expected is a text");
            }
            catch (InvalidOperationException)
            {
                _problem.Set($"field {path} is not valid Unicode");
            }
        }

        return texts;
    }

    public bool Has(string name) => TryFind(name, out _);

    /// <summary>Remembers that a field is not what it should be, unless something was wrong before.</summary>
    /// <param name="name">Of the field.</param>
    /// <param name="reason">What follows the field's name: <c>is missing</c>.</param>
    public void Report(string name, string reason) => _problem.Set($"field {PathOf(name)} {reason}");

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => $"the number {Shortened.Text(value.GetRawText())}",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    private IEnumerable<(JsonElement Entry, string Path)> Entries(string name)
    {
        if (!TryFind(name, out var value))
            yield break;
        if (value.ValueKind != JsonValueKind.Array)
        {
            Wrong<string>(name, value, "a list");
            yield break;
        }

        var count = value.GetArrayLength();
        if (count > MaxEntries)
        {
            Report(name, string.Create(CultureInfo.InvariantCulture, $"has {count} entries, at most {MaxEntries} are read"));
            yield break;
        }

        for (var index = 0; index < count; index++)
            yield return (value[index], string.Create(CultureInfo.InvariantCulture, $"{PathOf(name)}[{index}]"));
    }

    private bool TryFind(string name, out JsonElement value)
    {
        value = default;
        if (_element.ValueKind != JsonValueKind.Object)
            return false;
        try
        {
            return _element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
        }
        catch (InvalidOperationException)
        {
            _problem.Set("the body has a key that is not valid Unicode");
            return false;
        }
    }

    private T? Wrong<T>(string name, JsonElement value, string expected)
        where T : class
    {
        Report(name, $"is {Kind(value)}, expected is {expected}");
        return null;
    }

    private string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    private sealed class FirstProblem
    {
        public string? Text { get; private set; }

        public void Set(string text) => Text ??= text;
    }
}
