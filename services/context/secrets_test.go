package contextsvc_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/parleyhq/parley/mesh/store"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

func TestNoWordOrNumberStandsInClearInAnyFile(t *testing.T) {
	dir := t.TempDir()
	b := start(t, func(t testing.TB, name string) *store.DB {
		db, err := store.Open(t.Context(), name, store.Config{Engine: store.SQLite, Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		return db
	})
	asked := said("wamid.secret1", "secretquestion")
	asked.GetSender().DisplayName = "secretname"
	asked.GetMessage().GetContent().QuotedExternalId = "wamid.secretquoted"
	asked.GetMessage().GetContent().Attachments = []*contextv1.Attachment{{FileName: "secretfile.pdf"}}
	r := b.record(asked, edited("wamid.secret2", "secretedit", morning), reacted("wamid.secret3", "secretemoji", morning))[0]
	posted := b.post(answer(r, "secretanswer"))
	b.record(statusOf(posted.GetId(), "wamid.secret4", contextv1.DeliveryState_DELIVERY_STATE_SENT),
		reacted("wamid.secret4", "secretemoji", morning))
	if _, err := b.CreateOpenRequest(b.ctx, &contextv1.CreateOpenRequestRequest{
		RequestId: uuid.NewString(), ConversationId: r.GetConversationId(), Kind: contextv1.OpenRequest_KIND_NEEDS_PERSON,
		Summary: "secretsummary",
	}); err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, root := range []string{dir, b.files} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path) //nolint:gosec // a file of this test
			if err != nil {
				return err
			}
			read += len(data)
			for _, clear := range []string{"secret", daniel[1:]} {
				if at := bytes.Index(data, []byte(clear)); at >= 0 {
					t.Errorf("%s holds %q", path, data[at:min(at+20, len(data))])
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if read == 0 {
		t.Error("there was nothing to read")
	}
}
