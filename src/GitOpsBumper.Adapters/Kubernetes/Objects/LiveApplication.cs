using System.Buffers;
using System.Text.Json;
using GitOpsBumper.Adapters.Kubernetes.Objects.Json;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.WriteBack;

namespace GitOpsBumper.Adapters.Kubernetes.Objects;

/// <summary>
/// An Application with its sources as the API server sent them, letter by letter: a patch tests that the source it changes is still that one,
/// and the server compares strings as they are escaped.
/// </summary>
public sealed class LiveApplication
{
    private readonly IReadOnlyList<JsonElement> _sources;
    private readonly bool _isMultiple;

    private LiveApplication(Watched<ApplicationSnapshot> seen, IReadOnlyList<JsonElement> sources, bool isMultiple)
    {
        Seen = seen;
        _sources = sources;
        _isMultiple = isMultiple;
    }

    public Watched<ApplicationSnapshot> Seen { get; }

    /// <summary>Makes the patch of an edit that was planned from <see cref="Seen"/>. It names the changed values alone, so nothing else can be lost.</summary>
    public ApplicationPatch Patch(ApplicationEdit edit)
    {
        var source = _sources[edit.SourceIndex ?? 0];
        if (edit.SourceIndex is not null != _isMultiple)
            throw new InvalidOperationException($"the edit of {Seen.Name} was not planned from the Application that was read");
        var path = edit.SourceIndex is { } index ? $"/spec/sources/{index}" : "/spec/source";
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            // Of this very object: one that was deleted and made again is another.
            Operation(json, "test", "/metadata/uid", () => json.WriteStringValue(Seen.Uid));
            Operation(json, "test", path, () => json.WriteRawValue(source.GetRawText(), skipInputValidation: true));
            WriteList(json, path, source, "helm", "parameters", edit.Parameters, ChangeParameter, AddParameter);
            WriteList(json, path, source, "kustomize", "images", edit.Images, (to, place, _, image) => Operation(to, "replace", place, () => to.WriteStringValue(image)), (to, image) => to.WriteStringValue(image));
            json.WriteEndArray();
        }

        return new ApplicationPatch(Seen.Name, buffer.WrittenMemory);
    }

    /// <exception cref="KubernetesException">It is no JSON.</exception>
    internal static LiveApplication Read(Watched<ApplicationSnapshot> seen, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = JsonBounds.MaxDepth });
            var spec = document.RootElement.GetProperty("spec");
            var sources = seen.Value.HasMultipleSources ? [.. spec.GetProperty("sources").EnumerateArray()] : Field(spec, "source") is { } single ? new List<JsonElement> { single } : [];
            return new LiveApplication(seen, sources.ConvertAll(source => source.Clone()), seen.Value.HasMultipleSources);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw MalformedAnswer.Because($"the API server answered with something that is no Application: {failure.Message}", isTransient: false, failure);
        }
    }

    private static void WriteList<T>(
        Utf8JsonWriter json, string path, JsonElement source, string owner, string list, ListEdit<T> edit, Action<Utf8JsonWriter, string, T, T> change, Action<Utf8JsonWriter, T> add)
        where T : class, IEquatable<T>
    {
        if (edit.Changed.Count == 0)
            return;
        if (Field(source, owner) is not { } found)
        {
            Operation(json, "add", $"{path}/{owner}", () =>
            {
                json.WriteStartObject();
                json.WritePropertyName(list);
                WriteAll();
                json.WriteEndObject();
            });
        }
        else if (Field(found, list) is null)
        {
            Operation(json, "add", $"{path}/{owner}/{list}", WriteAll);
        }
        else
        {
            foreach (var index in edit.Changed)
            {
                if (index < edit.Old.Count)
                    change(json, $"{path}/{owner}/{list}/{index}", edit.Old[index], edit.New[index]);
                else
                    Operation(json, "add", $"{path}/{owner}/{list}/-", () => add(json, edit.New[index]));
            }
        }

        void WriteAll()
        {
            json.WriteStartArray();
            foreach (var entry in edit.New)
                add(json, entry);
            json.WriteEndArray();
        }
    }

    /// <summary>Other fields of the parameter stay; <c>add</c> sets a field whether it is there or not.</summary>
    private static void ChangeParameter(Utf8JsonWriter json, string place, HelmParameter before, HelmParameter after)
    {
        Operation(json, "add", $"{place}/value", () => json.WriteStringValue(after.Value));
        if (before.ForceString != after.ForceString)
            Operation(json, "add", $"{place}/forceString", () => json.WriteBooleanValue(after.ForceString));
    }

    private static void AddParameter(Utf8JsonWriter json, HelmParameter parameter)
    {
        json.WriteStartObject();
        json.WriteString("name", parameter.Name);
        json.WriteString("value", parameter.Value);
        json.WriteBoolean("forceString", parameter.ForceString);
        json.WriteEndObject();
    }

    private static void Operation(Utf8JsonWriter json, string name, string path, Action value)
    {
        json.WriteStartObject();
        json.WriteString("op", name);
        json.WriteString("path", path);
        json.WritePropertyName("value");
        value();
        json.WriteEndObject();
    }

    /// <summary>Null when the field is missing or null.</summary>
    private static JsonElement? Field(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;
}

/// <summary>A JSON patch of one Application.</summary>
public sealed record ApplicationPatch(NamespacedName Name, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether both ask the same of the same Application.</summary>
    public bool Equals(ApplicationPatch? other) => other is not null && Name == other.Name && Body.Span.SequenceEqual(other.Body.Span);

    public override int GetHashCode() => HashCode.Combine(Name, Body.Length);
}
