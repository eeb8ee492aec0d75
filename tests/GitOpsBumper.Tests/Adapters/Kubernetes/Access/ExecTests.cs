using System.Text.Json;
using GitOpsBumper.Adapters.Kubernetes;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Access;

public sealed class ExecTests : IDisposable
{
    private const string V1 = "client.authentication.k8s.io/v1";

    private readonly Places _places = new();

    public void Dispose() => _places.Dispose();

    [Fact]
    public async Task A_program_beside_the_kubeconfig_gets_its_arguments_and_variables()
    {
        Environment.SetEnvironmentVariable("BUMPER_TEST_PROFILE", "inherited");
        Script("""printf '%s\n' "$@" "$EXTRA" "$BUMPER_TEST_PROFILE" "${LC_ALL-unset}" > "$0.seen"; cat >> "$0.seen" """);
        var access = Find("args: [get, 'two words', '$HOME'], env: [{name: EXTRA, value: \"a b\"}], interactiveMode: IfAvailable");

        Assert.Equal("token-1", await Places.TokenAsync(access));
        Assert.Equal(
            ["get", "two words", "$HOME", "a b", "inherited", Environment.GetEnvironmentVariable("LC_ALL") ?? "unset"],
            await File.ReadAllLinesAsync(_places.In("plugins/sign-in.seen"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_program_without_a_folder_is_looked_for_on_the_path()
    {
        _places.WriteProgram("bin/sign-in-here", $"echo '{Credential("from-path")}'");

        Assert.Equal("from-path", await Places.TokenAsync(Places.Find(_places.Kubeconfig(user: $"exec: {{apiVersion: {V1}, command: sign-in-here}}"))));
    }

    [Theory]
    [InlineData("plugins/../gone", "there is no such file")]
    [InlineData("gone", "there is no such program on the PATH, so it is not installed, or not for this user")]
    public async Task A_program_that_is_not_there_is_told_with_the_hint_of_the_kubeconfig(string command, string expected)
    {
        // A file in the current folder, or one that nobody may run, is not on the path.
        _places.Write("bin/gone", "");
        var access = Places.Find(_places.Kubeconfig(user: $"exec: {{apiVersion: {V1}, command: '{command}', installHint: \"get it\\nfrom example.com\"}}"));
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => Places.TokenAsync(access));

        Assert.False(failure.IsTransient);
        Assert.Equal(
            $"the credential plugin '{(command == "gone" ? "gone" : _places.In("gone"))}' of kubeconfig '{_places.In("config")}', user 'u' cannot be run: {expected}; the kubeconfig says: get it from example.com",
            failure.Message);
    }

    [Fact]
    public async Task The_program_is_told_what_it_may_know_of_the_cluster()
    {
        Script("""printf '%s' "$KUBERNETES_EXEC_INFO" > "$0.seen" """);
        var authority = Pem.Of("company").Certificate;
        var cluster = $"certificate-authority-data: {Pem.Data(authority)}, tls-server-name: inner, "
            + "extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: '7', number: 7, flag: true, none: null, list: [a, 1.5]}}]";
        await Places.TokenAsync(Find("provideClusterInfo: false", cluster));
        Assert.Equal($$$"""{"kind":"ExecCredential","apiVersion":"{{{V1}}}","spec":{"interactive":false}}""", await SeenAsync());

        await Places.TokenAsync(Find("provideClusterInfo: true", cluster));
        using var info = JsonDocument.Parse(await SeenAsync());
        var told = info.RootElement.GetProperty("spec").GetProperty("cluster");
        Assert.Equal("https://api.example.com:6443", told.GetProperty("server").GetString());
        Assert.Equal("inner", told.GetProperty("tls-server-name").GetString());
        Assert.Equal(authority, Text(told.GetProperty("certificate-authority-data").GetBytesFromBase64()).TrimEnd());
        Assert.Equal("""{"audience":"7","number":7,"flag":true,"none":null,"list":["a",1.5]}""", told.GetProperty("config").GetRawText());
    }

    [Fact]
    public async Task What_a_program_gave_is_kept_until_shortly_before_it_expires()
    {
        // The clock of the test begins at 12:00.
        Script("", expires: "2026-05-01T12:10:00Z");
        var access = Find();
        Assert.Equal("token-1", await Places.TokenAsync(access));
        _places.Time.Advance(TimeSpan.FromSeconds(589));
        Assert.Equal("token-1", await Places.TokenAsync(access));
        _places.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("token-2", await Places.TokenAsync(access));
    }

    [Fact]
    public async Task A_token_that_never_expires_is_asked_for_again_when_it_is_refused()
    {
        Script("");
        var access = Find();
        Assert.Equal("token-1", await Places.TokenAsync(access));
        _places.Time.Advance(TimeSpan.FromDays(400));
        Assert.Equal("token-1", await Places.TokenAsync(access));
        Assert.Equal("token-2", await Places.TokenAsync(access, renew: true));
        Assert.Equal("token-2", await Places.TokenAsync(access));
    }

    [Fact]
    public async Task All_who_ask_at_once_share_one_run()
    {
        // The program does not end before everybody has asked.
        Script("""while [ ! -e "$0.go" ]; do sleep 0.01; done""");
        var access = Find();
        using var impatient = new CancellationTokenSource();
        var gaveUp = access.Token!.GetAsync(false, impatient.Token).AsTask();
        var asked = Enumerable.Range(0, 8).Select(number => Places.TokenAsync(access, renew: number % 2 == 0)).ToList();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gaveUp);
        _places.Write("plugins/sign-in.go", "");

        Assert.All(await Task.WhenAll(asked), token => Assert.Equal("token-1", token));
        Assert.Equal("token-1", await Places.TokenAsync(access));
    }

    [Fact]
    public async Task A_failed_run_is_told_with_the_programs_words_and_without_secrets()
    {
        _places.WriteProgram("plugins/sign-in", """[ -e "$0.ok" ] || { echo "bad key $MY_API_KEY for $PROFILE" >&2; echo '{"token":"hush"}'; exit 3; }; echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t"}}'""");
        var access = Find("env: [{name: MY_API_KEY, value: hunter2}, {name: PROFILE, value: prod}]");
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => Places.TokenAsync(access));

        Assert.True(failure.IsTransient);
        Assert.Equal($"{Plugin} ended with exit code 3: bad key *** for prod", failure.Message);
        _places.Write("plugins/sign-in.ok", "");
        Assert.Equal("t", await Places.TokenAsync(access));
    }

    [Fact]
    public async Task A_program_that_hangs_is_ended_after_a_minute()
    {
        _places.WriteProgram("plugins/sign-in", """echo $$ > "$0.pid"; exec sleep 600""");
        var asked = Places.TokenAsync(Find());
        while (!asked.IsCompleted && !File.Exists(_places.In("plugins/sign-in.pid")))
            await Task.Yield();
        while (!asked.IsCompleted && !_places.Time.RunOut().Contains(TimeSpan.FromSeconds(60)))
            await Task.Yield();

        Assert.Equal($"{Plugin} took longer than 60 s and was ended", (await Assert.ThrowsAsync<KubernetesException>(() => asked)).Message);
    }

    [Theory]
    [InlineData("", "printed nothing; it has to print an ExecCredential in JSON")]
    [InlineData("token: hush", "printed something else than JSON; it has to print an ExecCredential")]
    [InlineData("[]", "printed JSON that is no ExecCredential")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1"}""", "answered in apiVersion 'client.authentication.k8s.io/v1beta1', the kubeconfig asks for 'client.authentication.k8s.io/v1'")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}""", "printed an ExecCredential without status, so that there is no token")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{}}""", "printed an ExecCredential without status.token")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"hush hush"}}""", "gave a status.token that cannot be used: the token has characters that no token has: allowed are visible ASCII characters without spaces")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"hush","expirationTimestamp":"soon"}}""", "gave a status.expirationTimestamp that is no time, it has to be like 2030-01-31T12:00:00Z")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"clientCertificateData":"a","clientKeyData":"hush"}}""", "gives a client certificate, which is not supported from plugins; configure it to give a token, or put a client-certificate and its key into the kubeconfig")]
    public async Task An_answer_that_is_no_token_is_told_without_what_it_holds(string answer, string expected)
    {
        _places.Write("plugins/answer", answer);
        _places.WriteProgram("plugins/sign-in", """cat "$(dirname "$0")/answer" """);

        Assert.Equal($"{Plugin} {expected}", (await Assert.ThrowsAsync<KubernetesException>(() => Places.TokenAsync(Find()))).Message);
    }

    [Fact]
    public async Task A_program_that_prints_without_end_is_ended()
    {
        _places.WriteProgram("plugins/sign-in", "exec yes");

        Assert.Equal($"{Plugin} cannot be run: it printed more than 1048576 bytes", (await Assert.ThrowsAsync<KubernetesException>(() => Places.TokenAsync(Find()))).Message);
    }

    [Theory]
    [InlineData("{command: a}", "apiVersion: it is missing, allowed are client.authentication.k8s.io/v1 and client.authentication.k8s.io/v1beta1")]
    [InlineData("{apiVersion: client.authentication.k8s.io/v1alpha1, command: a}", "apiVersion: 'client.authentication.k8s.io/v1alpha1' is not known, allowed are client.authentication.k8s.io/v1 and client.authentication.k8s.io/v1beta1")]
    [InlineData("{apiVersion: client.authentication.k8s.io/v1}", "command: it is missing; it has to be a program on the PATH, or a path")]
    [InlineData("{apiVersion: client.authentication.k8s.io/v1, command: a, interactiveMode: Always}", "interactiveMode: 'Always' is not possible, as nobody is there who could answer the plugin's questions; allowed are Never and IfAvailable")]
    [InlineData("{apiVersion: client.authentication.k8s.io/v1, command: a, args: [{b: c}]}", "args: number 1 is a mapping, it has to be a text")]
    [InlineData("{apiVersion: client.authentication.k8s.io/v1, command: a, env: [{value: hush}]}", "env: line 9 is not a variable, it has to be a name without '=' and a value")]
    [InlineData("{apiVersion: client.authentication.k8s.io/v1, command: a, install-hint: b}", "install-hint: the field is not known, it is written 'installHint'")]
    public void A_mistake_of_exec_names_the_field_and_what_is_allowed(string exec, string expected) =>
        Assert.Equal([$"kubeconfig '/config', user 'u', exec.{expected}"], _places.Problems(_places.Kubeconfig(user: $"exec: {exec}")));

    [Fact]
    public void Only_one_way_to_sign_in_can_count() => Assert.Equal(
        ["kubeconfig '/config', user 'u', exec: token stands there too, only one way to sign in can count"],
        _places.Problems(_places.Kubeconfig(user: $"token: hush, exec: {{apiVersion: {V1}, command: a}}")));

    [Fact]
    public void What_a_program_is_told_has_its_bounds()
    {
        var aliases = string.Join(", ", Enumerable.Range(1, 9).Select(level => $"&a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 9))}]"));
        var cluster = $"extensions: [{{name: client.authentication.k8s.io/exec, extension: [&a0 x, {aliases}]}}]";

        Assert.Equal(
            ["kubeconfig '/config', cluster 'c', extensions: 'client.authentication.k8s.io/exec' has more than 1000 values, which is too much for a plugin"],
            _places.Problems(_places.Kubeconfig(cluster, $"exec: {{apiVersion: {V1}, command: a, provideClusterInfo: true}}")));
    }

    private string Plugin => $"the credential plugin '{_places.In("plugins/sign-in")}' of kubeconfig '{_places.In("config")}', user 'u'";

    private static string Text(byte[] bytes) => System.Text.Encoding.UTF8.GetString(bytes);

    private static string Credential(string token, string? expires = null) =>
        JsonSerializer.Serialize(new { apiVersion = V1, kind = "ExecCredential", status = new { token, expirationTimestamp = expires } });

    /// <summary>A plugin that does something and then gives <c>token-1</c>, the next time <c>token-2</c>.</summary>
    private void Script(string first, string? expires = null) => _places.WriteProgram("plugins/sign-in", $$"""
        {{first}}
        echo run >> "$0.runs"
        echo '{{Credential("@", expires)}}' | sed "s/@/token-$(wc -l < "$0.runs" | tr -d ' ')/"
        """);

    private Task<string> SeenAsync() => File.ReadAllTextAsync(_places.In("plugins/sign-in.seen"), TestContext.Current.CancellationToken);

    private KubernetesAccess Find(string exec = "", string cluster = "") =>
        Places.Find(_places.Kubeconfig(cluster, $"exec: {{apiVersion: {V1}, command: ./plugins/sign-in{(exec.Length == 0 ? "" : ", ")}{exec}}}"));
}
