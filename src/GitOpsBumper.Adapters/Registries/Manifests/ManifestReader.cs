using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Registries.Manifests;

/// <summary>Reads OCI and Docker manifests by their structure. Problems are the second half of a sentence.</summary>
/// <seealso href="https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md"/>
/// <seealso href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md"/>
internal static class ManifestReader
{
    private const int MaxChildren = 1000;
    private const string Annotations = "annotations";

    /// <summary>In the order of preference, as sent with every question for a manifest.</summary>
    public const string Accept = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, "
        + "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json, "
        + "application/vnd.docker.distribution.manifest.v1+prettyjws, application/vnd.docker.distribution.manifest.v1+json";

    public static bool TryRead(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out ManifestContent? content, [NotNullWhen(false)] out string? problem)
    {
        content = null;
        try
        {
            using var json = JsonDocument.Parse(body);
            content = Read(json.RootElement, out problem);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            problem = "sent a manifest that is not JSON";
        }

        return content is not null;
    }

    /// <summary>Reads the config of an image: what it runs on and when it was built.</summary>
    public static bool TryReadConfig(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out ManifestContent.Complete? content)
    {
        content = null;
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                content = ReadConfig(json.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
        }

        return content is not null;
    }

    private static ManifestContent? Read(JsonElement root, out string? problem)
    {
        problem = null;
        var manifests = JsonField.Child(root, "manifests", JsonValueKind.Array);
        var config = JsonField.Child(root, "config", JsonValueKind.Object);
        if (manifests is not null && (config is not null || JsonField.Child(root, "layers", JsonValueKind.Array) is not null))
            problem = "sent a manifest that is an index and an image at once";
        else if (manifests is { } list)
            return ReadIndex(root, list, out problem);
        else if (config is { } descriptor)
            return ReadImage(root, descriptor, out problem);
        else if (JsonField.Child(root, "history", JsonValueKind.Array) is { } history)
            return ReadOldImage(root, history);
        else
            problem = "sent something that is no manifest: it has neither manifests nor config";
        return null;
    }

    private static ManifestContent.Complete ReadConfig(JsonElement config) =>
        new(JsonField.Platform(config), JsonField.Date(config, "created")) { Labels = LabelsOf(config) };

    private static ManifestLabels LabelsOf(JsonElement config) =>
        JsonField.Child(config, "config", JsonValueKind.Object) is { } run ? ManifestLabels.Read(run, "Labels") : ManifestLabels.None;

    private static ManifestContent.Index? ReadIndex(JsonElement root, JsonElement list, out string? problem)
    {
        problem = null;
        if (list.GetArrayLength() > MaxChildren)
        {
            problem = $"sent an index of {list.GetArrayLength()} manifests, at most {MaxChildren} are read";
            return null;
        }

        var children = new List<IndexChild>(list.GetArrayLength());
        foreach (var entry in list.EnumerateArray())
        {
            if (IsAttachment(entry))
                continue;
            if (JsonField.Digest(entry) is not { } digest)
            {
                problem = "sent an index with an entry that has no valid digest";
                return null;
            }

            var platform = JsonField.Child(entry, "platform", JsonValueKind.Object) is { } named ? JsonField.Platform(named) : null;
            if (platform is not { Os: "unknown" } and not { Architecture: "unknown" })
                children.Add(new IndexChild(digest, platform));
        }

        return new ManifestContent.Index(children) { Labels = ManifestLabels.Read(root, Annotations) };
    }

    /// <summary>Attestations, signatures and bills of materials that hang on an image.</summary>
    private static bool IsAttachment(JsonElement entry) =>
        JsonField.Text(entry, "artifactType") is { Length: > 0 } type && !IsImageConfig(type)
        || (JsonField.Child(entry, Annotations, JsonValueKind.Object) is { } annotations && JsonField.Text(annotations, "vnd.docker.reference.type") is { Length: > 0 });

    private static ManifestContent? ReadImage(JsonElement root, JsonElement config, out string? problem)
    {
        problem = null;
        var type = JsonField.Text(config, "mediaType");
        if (!string.IsNullOrEmpty(type) && !IsImageConfig(type))
        {
            // A chart or another artefact: it runs nowhere, but may say when it was made.
            var said = ManifestLabels.Read(root, Annotations);
            return new ManifestContent.Complete(null, said.Created) { Labels = said };
        }

        if (JsonField.Digest(config) is not { } digest)
        {
            problem = "sent a manifest whose config has no valid digest";
            return null;
        }

        var size = JsonField.Child(config, "size", JsonValueKind.Number) is { } number && number.TryGetInt64(out var bytes) ? bytes : 0;
        return new ManifestContent.Image(digest, size) { Labels = ManifestLabels.Read(root, Annotations) };
    }

    private static bool IsImageConfig(string mediaType) =>
        mediaType is "application/vnd.oci.image.config.v1+json" or "application/vnd.docker.container.image.v1+json";

    /// <summary>Schema 1: the newest layer's history holds the date and the platform, as JSON in a string.</summary>
    private static ManifestContent.Complete ReadOldImage(JsonElement root, JsonElement history)
    {
        DateTimeOffset? created = null;
        Platform? platform = null;
        ManifestLabels? labels = null;
        foreach (var entry in history.EnumerateArray())
        {
            if (JsonField.Text(entry, "v1Compatibility") is not { } text)
                continue;
            using var layer = JsonDocument.Parse(text);
            var date = JsonField.Date(layer.RootElement, "created");
            if (date > created || created is null)
                created = date;
            platform ??= JsonField.Platform(layer.RootElement);
            // The newest layer comes first, and has the labels of all.
            labels ??= LabelsOf(layer.RootElement);
        }

        platform ??= JsonField.Platform("linux", JsonField.Text(root, "architecture"), null);
        return new ManifestContent.Complete(platform, created) { Labels = labels ?? ManifestLabels.None };
    }
}
