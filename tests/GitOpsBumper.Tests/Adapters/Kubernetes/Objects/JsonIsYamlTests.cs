using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Objects;

/// <summary>An Application from the API says what the same Application says in a folder of manifests.</summary>
public sealed class JsonIsYamlTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Texts = ["", "main", "true", "1.27", "null", "~", "a b", "ü", "a: b", "- x", "\"", "\\", "line\nline", "nginx:1.27", "HEAD", "*", "#", new('x', 300)];

    private static readonly Gen<JsonNode?> Text = Gen.Elements(Texts).Select(text => (JsonNode?)JsonValue.Create(text));

    private static readonly Gen<JsonNode?> Oddity =
        Gen.Elements("null", "1", "1.5", "true", "false", "{}", "[]", "{\"a\":[1,{\"b\":null}]}").Select(json => JsonNode.Parse(json));

    private static readonly Gen<JsonNode?> Usually = Gen.Frequency((12, Text), (1, Oddity));

    private static readonly Gen<JsonNode?> Helm = Mapping(
        ("releaseName", Usually), ("values", Text), ("valuesObject", Oddity), ("valueFiles", ListOf(Usually)),
        ("parameters", ListOf(Mapping(("name", Text), ("value", Usually), ("forceString", Gen.Elements("true", "false").Select(json => JsonNode.Parse(json)))))));

    private static readonly Gen<JsonNode?> Source = Mapping(
        ("repoURL", Text), ("path", Usually), ("targetRevision", Usually), ("chart", Usually), ("ref", Text), ("name", Text),
        ("helm", Gen.Frequency((4, Helm), (1, Oddity))), ("kustomize", Mapping(("images", ListOf(Usually)), ("patches", Oddity))), ("plugin", Gen.Frequency((4, Mapping(("name", Text), ("env", ListOf(Mapping(("name", Usually), ("value", Text)))), ("parameters", Oddity))), (1, Oddity))), ("directory", Oddity));

    private static readonly Gen<JsonNode?> Application = Mapping(
        ("metadata", Gen.Constant((JsonNode?)null)),
        ("annotations", Mapping(("a", Usually), ("b", Usually), ("kubectl.kubernetes.io/last-applied-configuration", Text), ("argocd.argoproj.io/refresh", Text))),
        ("labels", Mapping(("a", Usually), ("app", Text))),
        ("spec", Mapping(("project", Usually), ("source", Source), ("sources", ListOf(Source)), ("destination", Oddity), ("syncPolicy", Oddity))),
        ("operation", Mapping(("spec", Source))),
        ("status", Gen.Frequency((4, Mapping(
            ("sourceType", Gen.Elements("Helm", "Kustomize", "Directory", "Plugin", "").Select(kind => (JsonNode?)kind)), ("sourceTypes", ListOf(Usually)),
            ("summary", Mapping(("images", ListOf(Usually)), ("externalURLs", ListOf(Text)))), ("history", ListOf(Source)), ("resources", ListOf(Source)))), (1, Oddity))));

    [Fact]
    public void An_Application_reads_the_same_from_JSON_and_from_YAML() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1500), Prop.ForAll(Application.ToArbitrary(), generated =>
        {
            var json = Complete((JsonObject)generated!).ToJsonString(Relaxed);
            var (fromYaml, yamlProblem) = Yaml(json);
            var reading = Assert.Single(Reading.ListAsync(ObjectKinds.Application, Reading.ApplicationList(json), 5, 1, 700).GetAwaiter().GetResult().Readings);
            switch (reading)
            {
                case ObjectReading<ApplicationSnapshot>.Good(var watched):
                    Assert.Null(yamlProblem);
                    Assert.Equal(fromYaml!, watched.Value, new ApplicationSnapshotComparer());
                    break;
                case ObjectReading<ApplicationSnapshot>.Bad(var unreadable, _):
                    Assert.Equal(yamlProblem, unreadable.Reason);
                    break;
            }
        }));

    private static (ApplicationSnapshot? Snapshot, string? Problem) Yaml(string json)
    {
        try
        {
            return (ApplicationManifest.Read(Assert.Single(new ManifestParser(new StringReader(json)).Documents()), new NamespacedName("argocd", "web")), null);
        }
        catch (ManifestException failure)
        {
            return (null, failure.Message);
        }
    }

    private static JsonObject Complete(JsonObject generated)
    {
        var metadata = new JsonObject { ["name"] = "web", ["namespace"] = "argocd", ["uid"] = "u", ["resourceVersion"] = "1", ["managedFields"] = new JsonArray(1, 2) };
        foreach (var name in new[] { "annotations", "labels" })
        {
            if (generated.Remove(name, out var value))
                metadata[name] = value?.DeepClone();
        }

        var complete = (JsonObject)generated.DeepClone();
        complete["metadata"] = metadata;
        return complete;
    }

    private static Gen<JsonNode?> ListOf(Gen<JsonNode?> item) =>
        Gen.Choose(0, 3).SelectMany(count => Gen.ListOf(item, count)).Select(items => (JsonNode?)new JsonArray([.. items.Select(node => node?.DeepClone())]));

    /// <summary>Any of the fields, each missing now and then.</summary>
    private static Gen<JsonNode?> Mapping(params (string Name, Gen<JsonNode?> Value)[] fields) =>
        fields.Aggregate(Gen.Constant(new JsonObject()), (all, field) =>
            from soFar in all
            from present in Gen.Choose(0, 3)
            from value in field.Value
            select present == 0 ? soFar : new JsonObject(soFar.Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())).Append(KeyValuePair.Create(field.Name, value?.DeepClone()))))
        .Select(made => (JsonNode?)made);
}
