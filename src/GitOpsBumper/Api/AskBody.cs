using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using GitOpsBumper.Core;

namespace GitOpsBumper.Api;

/// <summary>The body of a request: one object of texts and switches. Whatever is not understood is an error: a field with a slip of the pen would ask for something else than was meant.</summary>
internal sealed class AskBody
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _switches = new(StringComparer.Ordinal);

    private AskBody()
    {
    }

    /// <param name="body">JSON in UTF-8.</param>
    /// <param name="form">What may stand there.</param>
    /// <param name="ask">What stands there.</param>
    /// <param name="problem">A sentence.</param>
    public static bool TryRead(ReadOnlyMemory<byte> body, AskForm form, [NotNullWhen(true)] out AskBody? ask, [NotNullWhen(false)] out string? problem)
    {
        ask = new AskBody();
        try
        {
            using var json = JsonDocument.Parse(body, Options);
            problem = ask.Read(json.RootElement, form);
        }
        catch (JsonException failure)
        {
            problem = $"the body is no JSON: {Shortened.Text(failure.Message)}";
        }
        catch (InvalidOperationException)
        {
            // What stands between quotation marks is looked at only when it is read.
            problem = "the body has a text that is no Unicode: bytes that are no UTF-8, or half of a surrogate pair";
        }

        ask = problem is null ? ask : null;
        return ask is not null;
    }

    /// <summary>Null when it is missing, null or empty: pipelines send variables that are not set.</summary>
    public string? Text(string name) => _texts.GetValueOrDefault(name);

    /// <summary>Whether it is on.</summary>
    public bool IsOn(string name) => _switches.Contains(name);

    private string? Read(JsonElement json, AskForm form)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return $"the body has to be an object, for example {form.Example}";
        foreach (var field in json.EnumerateObject())
        {
            if (form.Switch == field.Name)
            {
                if (field.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null))
                    return $"field '{field.Name}' has to be true or false";
                if (field.Value.ValueKind == JsonValueKind.True)
                    _switches.Add(field.Name);
            }
            else if (!form.Texts.Contains(field.Name, StringComparer.Ordinal))
            {
                return $"field '{Shortened.Text(field.Name)}' is not known, allowed: {string.Join(", ", form.Texts.Append(form.Switch))}";
            }
            else if (field.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
            {
                return $"field '{field.Name}' has to be a text";
            }
            else if (field.Value.GetString() is { Length: > 0 } text)
            {
                _texts.Add(field.Name, text);
            }
        }

        return null;
    }
}

/// <param name="Example">Of a body.</param>
/// <param name="Texts">The names of the fields that are texts.</param>
/// <param name="Switch">The name of the one that is true or false.</param>
internal sealed record AskForm(string Example, IReadOnlyList<string> Texts, string Switch);
